//! Stripe: subscriptions and single payments on the web, and in apps of a TV that sell there. Its
//! read-only API, and its events, signed and delivered as webhooks.
//!
//! What happens to subscriptions and payments is in [`model`], which needs no HTTP.

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
