//! Roku Pay, from a reading of its documents that is independent of the connector: the web service
//! that validates transactions, and push notifications as signed JWS.
//!
//! The states of purchases and their changes are in [`model`], which needs no HTTP.

mod account;
mod arrivals;
mod bodies;
mod configuration;
mod control;
mod custom_push;
mod jwks;
mod jws;
pub mod model;
mod push;
mod routes;
mod sending;
mod sent;
mod service;

pub use bodies::{ActionOutcome, Calls, LookUps, Replay, SentPush};
pub use configuration::Configuration;
pub use control::{Roku, RokuControl};
pub use custom_push::{Alphabet, CustomPush, Damage, SignWith, Stream};

pub(crate) use routes::router;

use bodies::{CurrentKey, Rotation};
