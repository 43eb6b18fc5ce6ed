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
mod keys;
mod messages;
mod notification_keys;
mod notifications;
mod one_time;
mod out_of_order;
mod refunds;
mod roku;
mod scene;
mod signatures;
mod statuses;
mod submissions;
mod told;
mod trials;
