//! The Apple App Store, as `docs/stores/apple.md` describes it: the App Store Server API of both
//! environments, and App Store Server Notifications V2, everything signed with the simulator's own
//! certificates.
//!
//! The states of purchases and their changes are in [`model`], which needs neither HTTP nor
//! signatures.

mod answers;
mod api;
mod api_key;
mod app;
mod apple_error;
mod bodies;
mod calls;
mod certificates;
mod configuration;
mod control;
mod custom;
mod forgery;
mod history;
mod jws;
pub mod model;
mod notification_history;
mod outlet;
mod payload;
mod routes;
mod sending;
mod sent;

pub use bodies::{
    ActionOutcome, ApiCall, ApiKey, ApiRefusal, Calls, LookUps, RootCertificate, SentNotification,
};
pub use configuration::Configuration;
pub use control::{Apple, AppleControl};
pub use custom::{CustomNotification, Signing};
pub use forgery::Forgery;

pub(crate) use routes::router;
