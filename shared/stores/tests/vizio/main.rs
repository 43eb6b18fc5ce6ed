//! The Vizio connector against messages in files, a server with canned answers, and the simulator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod config;
mod errors;
mod look_ups;
mod notifications;
mod readings;
#[path = "../scripted/mod.rs"]
mod scripted;
mod signatures;
mod submissions;
mod support;
