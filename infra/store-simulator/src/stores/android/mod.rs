//! Google Play, as `docs/stores/android.md` describes it: the Android Publisher API, access tokens
//! for service accounts, and developer notifications pushed by Pub/Sub with signed tokens.
//!
//! The states of purchases and their changes are in [`model`], which needs no HTTP.

mod account;
mod bodies;
mod certs;
mod configuration;
mod control;
mod google_error;
pub mod model;
mod one_time;
mod one_time_control;
mod one_time_routes;
mod package;
mod publisher;
mod push;
mod routes;
mod sending;
mod voided;

pub use bodies::{ActionOutcome, Calls, CustomPush, Gets, OneTimeSold, SentPush, SignWith};
pub use configuration::{Configuration, Refusals};
pub use control::{Android, AndroidControl};

pub(crate) use routes::router;

use bodies::{CurrentKey, Rotation};
