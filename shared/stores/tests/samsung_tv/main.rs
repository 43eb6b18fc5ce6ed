//! The Samsung connector against the simulator: what the behavioural suite has no words for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod boundaries;
mod config;
mod lists;
mod other_calls;
mod other_subscriptions;
#[path = "../published/mod.rs"]
mod published;
mod samples;
mod scene;
#[path = "../scripted/mod.rs"]
mod scripted;
mod statuses;
mod submissions;
