//! The simulated Google Play: the store's own API, its pushes, and its model of purchases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the lints allow them in test functions, but not in what those call"
)]

mod acknowledgements;
mod changes;
mod deliveries;
mod failures;
mod forgeries;
mod grants;
mod lifecycles;
mod look_ups;
mod one_time;
mod packages;
mod pauses;
mod play;
mod purchases;
mod pushes;
#[path = "../receiver/mod.rs"]
mod receiver;
mod replacements;
mod run_due;
mod scene;
mod views;
mod voids;

const PACKAGE: &str = "com.example.streaming";
const START: &str = "2026-11-15T00:00:00Z";
