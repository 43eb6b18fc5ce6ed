//! The Amazon Appstore connector against receipts as Amazon describes them, messages that are signed as
//! Amazon SNS signs them, and a server in the place of both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod amazon;
mod answers;
mod certificates;
mod checks;
mod confidential;
mod config;
mod confirmations;
mod ends;
mod forgeries;
mod forms;
mod ids;
#[path = "../json/mod.rs"]
mod json;
mod keys;
#[path = "../scripted/log.rs"]
mod log;
mod notifications;
mod once;
mod periods;
#[path = "../published/mod.rs"]
mod published;
mod replacements;
#[path = "../scripted/rsa.rs"]
mod rsa;
mod samples;
mod scene;
#[path = "../scripted/mod.rs"]
mod scripted;
mod simulated;
mod sns;
mod submissions;
mod vectors;
