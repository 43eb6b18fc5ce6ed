//! The Stripe connector against objects as Stripe describes them and a server with scripted answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod acceptance;
mod bindings;
mod broken_bytes;
mod changes;
mod checkouts;
mod checks;
mod confidential;
mod config;
mod disputes;
mod events;
mod extras;
mod ids;
mod invoices;
#[path = "../scripted/log.rs"]
mod log;
mod notification_history;
mod one_time;
mod pauses;
mod payments;
mod periods;
mod prices;
mod products;
mod refunds;
mod refusals;
mod renamed_items;
mod scene;
#[path = "../scripted/mod.rs"]
mod scripted;
mod server;
mod signatures;
mod simulated;
mod statuses;
mod submissions;
mod versions;
