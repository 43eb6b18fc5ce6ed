//! The Google Play connector against purchases as Google describes them and a server with scripted answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod acceptance;
mod access_tokens;
mod acknowledgements;
mod answers;
mod confidential;
mod config;
mod google;
mod in_force;
#[path = "../json/mod.rs"]
mod json;
mod keys;
#[path = "../scripted/log.rs"]
mod log;
mod notification_history;
mod notifications;
mod once_answers;
mod once_states;
mod prices;
#[path = "../published/mod.rs"]
mod published;
mod push_keys;
mod push_tokens;
mod receipts;
mod replacements;
#[path = "../scripted/rsa.rs"]
mod rsa;
mod samples;
mod scene;
#[path = "../scripted/mod.rs"]
mod scripted;
mod several_items;
mod statuses;
mod submissions;
