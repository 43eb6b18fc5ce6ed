//! Stripe: subscriptions and single payments on the web, and in apps of TVs that sell there. It has
//! the read-only API, and events that are signed and delivered as webhooks.
//!
//! The states of subscriptions and payments and their changes are in [`model`], which needs no
//! HTTP.

mod account;
mod api;
mod bodies;
mod configuration;
mod control;
mod endpoint;
mod forging;
mod history;
mod key;
mod limiter;
pub mod model;
mod routes;
mod sending;
mod signature;

pub use bodies::{ActionOutcome, Calls, CustomEvent, LookUps, SentEvent, SignWith};
pub use configuration::{Configuration, MINIMAL_EVENTS};
pub use control::{Stripe, StripeControl};
pub use key::{ApiKey, Permission};

pub(crate) use routes::router;
