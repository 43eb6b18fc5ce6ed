//! The App Store connector against signatures of an authority of its own and a server with scripted
//! answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod authority;
mod certificates;
mod checks;
mod confidential;
mod config;
mod environments;
mod errors;
#[path = "../json/mod.rs"]
mod json;
mod left_out;
#[path = "../scripted/log.rs"]
mod log;
mod look_ups;
mod notices;
mod notification_history;
mod notifications;
mod one_time;
mod owners;
mod possession;
#[path = "../published/mod.rs"]
mod published;
mod samples;
mod scene;
#[path = "../scripted/mod.rs"]
mod scripted;
mod server;
mod signatures;
mod simulated;
mod statuses;
mod submissions;
mod tokens;
