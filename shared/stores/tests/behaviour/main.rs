//! What every store must do, through the public interface and the reducer, against the simulator.
//!
//! Each behaviour has a permanent id: never renamed, never used for anything else. A store plugs in by
//! implementing [`StoreUnderTest`] and a line at the end. What it can't do stands in the `absent` of its profile, and
//! the suite proves that it can't. `docs/stores/README.md` is made from both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

#[macro_use]
mod behaviours;

mod absences;
mod altered_answers;
mod amazon;
mod android;
mod apple;
mod beside;
mod faults;
mod household;
mod inbox;
mod kept;
mod lifecycle;
mod naming;
mod ownership;
mod payment;
mod periods;
mod roku;
mod samsung_tv;
mod store_under_test;
mod stripe;
mod table;
mod trouble;
mod vizio;

use domain::Store;
use store_under_test::StoreUnderTest;
use suites::SUITES;

/// One test for each behaviour of a store.
macro_rules! suite {
    (
        $store:ty as $name:ident
        [$($module:ident :: $case:ident = $id:literal $meaning:literal),* $(,)?]
    ) => {
        mod $name {
            use super::{
                StoreUnderTest, absences, beside, lifecycle, naming, ownership, payment, periods, trouble,
            };

            $(
                #[tokio::test]
                async fn $case() {
                    if absences::declared::<$store>($id) {
                        return;
                    }
                    $module::$case(<$store>::start().await).await;
                }
            )*

            #[tokio::test]
            async fn what_is_absent_never_shows() {
                absences::proven(&<$store>::start().await).await;
            }

            #[test]
            fn only_what_can_be_proven_is_declared_absent() {
                absences::provable::<$store>();
            }
        }
    };
}

/// The suite of each store, and the list of them, by which the table in the documentation is made: a store without a
/// suite is not in it.
macro_rules! suites {
    ($($store:ty as $name:ident),* $(,)?) => {
        $(behaviours!(suite!($store as $name));)*

        mod suites {
            use super::{Store, StoreUnderTest};

            pub const SUITES: &[Store] = &[$(<$store>::STORE),*];
        }
    };
}

suites! {
    crate::vizio::Vizio as vizio_store,
    crate::samsung_tv::SamsungTv as samsung_tv_store,
    crate::android::Android as android_store,
    crate::apple::Apple as apple_store,
    crate::roku::Roku as roku_store,
    crate::amazon::Amazon as amazon_store,
    crate::stripe::Stripe as stripe_store,
}
