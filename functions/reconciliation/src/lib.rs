//! Queues what is due: subscriptions whose time has come to be looked at, and submissions that a
//! store could not answer.

mod catch_up;
mod handler;
mod tenants;

pub use handler::{Queued, Reconciliation};
