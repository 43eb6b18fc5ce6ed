//! Everything that the functions share and that talks to AWS: tables, queues, topics, secrets,
//! authentication of callers, and telemetry.
//!
//! Nothing here decides what a subscription becomes; that is the `domain` crate's. Each module is
//! one resource and reads the environment variables that name it.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

pub mod api;
pub mod auth;
pub mod aws_http;
pub mod broadcasters;
mod busy;
pub mod clock;
mod condition;
pub mod deadline;
pub mod due;
pub mod environment;
pub mod erasure;
mod error;
pub mod fingerprint;
pub mod item;
pub mod journal;
pub mod jwk;
pub mod jwt;
pub mod limits;
pub mod publications;
pub mod purchases;
pub mod queue;
pub mod retry;
pub mod secrets;
pub mod store_configs;
pub mod subscriptions;
pub mod telemetry;
pub mod token;
pub mod topics;
mod transaction;

pub use environment::Aws;
pub use error::CloudError;
