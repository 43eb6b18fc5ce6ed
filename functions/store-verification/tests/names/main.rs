//! Purchases with more than one name, and what stores want besides: by the simulated stores.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod acknowledgement;
mod amazon;
mod app_store;
mod bought_by_another;
mod chain;
mod coupons;
mod google_play;
mod ids;
mod invoices;
mod lagging;
mod lost_refunds;
mod outages;
mod rotation;
mod scene;
mod second_factor;
mod several_products;
mod signed_claims;
mod turns;
mod voids;
