//! Connectors of the stores: how to look a purchase up, and how to prove the origin of a
//! notification.
//!
//! Each store has a folder in `connectors` with the same files:
//!
//! | File | Content |
//! |---|---|
//! | `mod.rs` | the wiring, and the behaviours that the store lacks |
//! | `config.rs` | credentials and switches of a broadcaster |
//! | `submission.rs` | the submissions of apps |
//! | `wire.rs` | the store's messages |
//! | `client.rs` | requests over HTTP |
//! | `look_up.rs` | the requests of a look-up, in order |
//! | `notification.rs` | proof of origin, then parsing |
//! | `snapshot.rs` | the store's answer as a [`StoreSnapshot`](domain::StoreSnapshot) |
//! | `credential_check.rs` | trial of the credentials, if a look-up does not suffice for it |
//! | `notification_history.rs` | list of undelivered notifications, or of what they announce, if the store has one |
//! | `fuzzing.rs` | the parsers that the fuzzer calls |
//!
//! A store that sends no notifications has no `notification.rs`.
//!
//! Everything outside of those folders is the same for all stores. `profile.rs` defines what a
//! store provides without a broadcaster, `connector.rs` what it provides for one, and
//! `connectors/mod.rs` has one line for each store:
//!
//! ```no_run
//! use domain::{ConfigRules, Environment, Store, Timestamp};
//! use stores::{ConnectorContext, StoreConfig, parse_submission};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let stored = serde_json::json!({"apiKey": "…", "partnerId": "…", "signingKeys": ["…"]});
//! let rules = ConfigRules::default();
//! let config = StoreConfig::parse(Store::Vizio, &stored, Environment::Sandbox, &rules)?;
//!
//! let body = serde_json::json!({"customerId": 300200100, "subscriptionId": "vzs-88120044"});
//! let submission = parse_submission(Store::Vizio, &body)?;
//!
//! let context = ConnectorContext::new()?;
//! let looked_up = config.look_up(&context, &submission.locator, Timestamp::now()).await?;
//! # Ok(())
//! # }
//! ```

mod address;
mod config;
mod connector;
mod connector_context;
pub mod connectors;
mod credential_check;
mod customer_binding;
mod error;
mod fields;
mod hmac;
mod http;
mod ignored;
mod jwk_set;
mod lenient;
mod look_up;
mod network_error;
mod notification;
mod profile;
mod slots;
mod sns;
mod store_config;
mod string_map;
mod submission;

pub use connector::{Call, Connector, Pace};
pub use connector_context::ConnectorContext;
#[cfg(feature = "fuzzing")]
pub use connectors::{Parser, fuzzed};
pub use connectors::{parse_submission, profile, store_of_route};
pub use credential_check::Finding;
pub use error::{ConnectorsError, LookUpError, NotificationError};
pub use ignored::Ignored;
pub use look_up::{LookedUp, Receipt};
pub use network_error::NetworkError;
pub use notification::{Accepted, Received, Undelivered};
pub use profile::Profile;
pub use store_config::StoreConfig;
pub use submission::Submission;
