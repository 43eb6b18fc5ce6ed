//! The Roku Pay connector against answers as Roku describes them and a server with scripted ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod answers;
mod api_keys;
mod asking;
mod change_of_plan;
mod checks;
mod confidential;
mod config;
mod ends;
mod forms;
#[path = "../json/mod.rs"]
mod json;
mod keys;
#[path = "../scripted/log.rs"]
mod log;
mod messages;
mod notification_keys;
mod notification_memory;
mod notifications;
mod one_time;
mod out_of_order;
#[path = "../published/mod.rs"]
mod published;
mod refunds;
mod roku;
#[path = "../scripted/rsa.rs"]
mod rsa;
mod samples;
mod scene;
#[path = "../scripted/mod.rs"]
mod scripted;
mod signatures;
mod statuses;
mod submissions;
mod trials;
