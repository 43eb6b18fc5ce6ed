//! Queues what is due every minute: checks of subscriptions, submissions without an outcome,
//! deferred notifications, and notifications that a store could not deliver.

mod budget;
mod drain;
mod handler;
mod kinds;
mod notification_history;
mod tenants;

pub use handler::{Queued, Reconciliation};
