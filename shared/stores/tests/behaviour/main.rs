//! What every store must do, through the public interface and the reducer, against the simulator.
//!
//! Each behaviour has a permanent id: never renamed, never used for anything else. A store plugs in by
//! implementing [`StoreUnderTest`] and one word in the last line below. What it can't do stands in
//! its `ABSENT`, and the suite proves that it can't.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod absences;
mod household;
mod lifecycle;
mod ownership;
mod samsung_tv;
mod store_under_test;
mod trouble;
mod vizio;

use store_under_test::StoreUnderTest;

/// One test for each behaviour and store.
macro_rules! suite {
    ($store:ty, $name:ident, [$($module:ident :: $case:ident = $id:literal),* $(,)?]) => {
        mod $name {
            use super::{StoreUnderTest, absences, lifecycle, ownership, trouble};

            const IDS: &[&str] = &[$($id),*];

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
            fn each_behaviour_is_either_shown_or_absent() {
                absences::complete::<$store>(IDS);
            }
        }
    };
}

macro_rules! every_store {
    ($($store:ty as $name:ident),*) => {
        $(suite!($store, $name, [
            lifecycle::purchase = "purchase",
            lifecycle::trial = "trial",
            lifecycle::renewal = "renew",
            lifecycle::cancellation = "cancel",
            lifecycle::reactivation = "reactivate",
            lifecycle::expiry = "expire",
            lifecycle::refund = "refund",
            lifecycle::refund_of_an_older_payment = "refund-older-payment",
            lifecycle::grace = "grace",
            lifecycle::hold = "hold",
            lifecycle::switch_now = "switch-now",
            lifecycle::switch_at_renewal = "switch-scheduled",
            ownership::transfer = "transfer",
            ownership::notice_before_claim = "notice-before-claim",
            ownership::account_binding = "account-binding",
            ownership::unknown_purchase = "unknown-purchase",
            trouble::unknown_status = "unknown-status",
            trouble::unreachable_store = "unreachable-store",
            trouble::bad_credentials = "bad-credentials",
            trouble::throttled = "throttled",
            trouble::malformed_answer = "malformed-answer",
            trouble::lost_notification = "lost-notification",
            trouble::forged_notification = "forged-notification",
            trouble::replayed_notification = "replayed-notification",
            trouble::late_notification = "late-notification",
            trouble::other_applications_notification = "other-application",
            trouble::end_without_an_answer = "end-believed-alone",
        ]);)*
    };
}

every_store!(
    crate::vizio::Vizio as vizio_store,
    crate::samsung_tv::SamsungTv as samsung_tv_store
);
