//! Queues what is due every minute: checks of subscriptions, submissions without an outcome,
//! deferred notifications, and notifications that a store could not deliver.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod budget;
mod drain;
mod handler;
mod kinds;
mod notification_history;
mod tenants;

pub use handler::{Queued, Reconciliation};
