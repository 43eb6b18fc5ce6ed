//! The simulated App Store: its API in both environments, its signed notifications, and its model
//! of purchases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the lints allow them in test functions, but not in what those call"
)]

mod apps;
mod authorization;
mod changes;
mod deliveries;
mod endings;
mod environments;
mod family;
mod faults;
mod forgeries;
mod histories;
mod missed;
mod model;
mod notifications;
mod offers;
mod one_time;
#[path = "../receiver/mod.rs"]
mod receiver;
mod refunds;
mod renewals;
mod scene;
mod statuses;
mod transactions;
mod verifier;

const BUNDLE: &str = "com.example.streaming";
const START: &str = "2026-11-15T00:00:00Z";
const ACCOUNT: &str = "7e3fb204-2a1d-4b0f-9d3c-5a7f6f6c1e11";
