//! The simulated Stripe: its API, its signed events, and its model of subscriptions and payments.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the lints allow them in test functions, but not in what those call"
)]

mod access;
mod billing;
mod cancellations;
mod changes;
mod deliveries;
mod disputes;
mod events;
mod expansions;
mod failures;
mod faults;
mod forgeries;
mod lists;
mod pauses;
mod purchases;
#[path = "../receiver/mod.rs"]
mod receiver;
mod refunds;
mod renewals;
mod rentals;
mod run_due;
mod scene;
mod signature;
mod trials;
mod versions;

const ACCOUNT: &str = "acct_demo";
const START: &str = "2026-11-22T00:00:00Z";
const DAY: u64 = 86_400;
