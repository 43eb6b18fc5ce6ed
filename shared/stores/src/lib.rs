//! The stores that sell: how to read what they say of a purchase, and how to tell that they said it.
//!
//! Each store has a folder with the same files:
//!
//! | File | Holds |
//! |---|---|
//! | `mod.rs` | the wiring, and what the store can't do |
//! | `config.rs` | a broadcaster's credentials and switches |
//! | `submission.rs` | what an app submits |
//! | `wire.rs` | the store's messages, field by field |
//! | `client.rs` | the look-up over HTTP |
//! | `notification.rs` | proof of origin, then reading |
//! | `snapshot.rs` | the store's word as a [`StoreSnapshot`](domain::StoreSnapshot) |
//!
//! A store that sends no notifications has a `notification.rs` that believes nothing.
//!
//! Everything outside those folders is the same for all stores. A store is chosen by the
//! [`StoreConfig`] that is passed in:
//!
//! ```no_run
//! use domain::{Environment, Store, Timestamp};
//! use stores::{ConfigRules, Connectors, StoreConfig, parse_submission};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let stored = serde_json::json!({"apiKey": "…", "partnerId": "…", "signingKeys": ["…"]});
//! let rules = ConfigRules::default();
//! let config = StoreConfig::parse(Store::Vizio, &stored, Environment::Sandbox, &rules)?;
//!
//! let body = serde_json::json!({"customerId": 300200100, "subscriptionId": "vzs-88120044"});
//! let submission = parse_submission(Store::Vizio, &body)?;
//!
//! let connectors = Connectors::new()?;
//! let looked_up = connectors.look_up(&config, &submission.locator, Timestamp::now()).await?;
//! # Ok(())
//! # }
//! ```

mod account;
mod address;
pub mod android;
mod config;
mod connectors;
mod error;
mod fields;
mod hmac;
mod http;
mod lenient;
mod locator;
mod look_up;
mod notification;
pub mod samsung_tv;
pub mod vizio;

pub use config::{ConfigRules, StoreConfig, give_up_after};
pub use connectors::Connectors;
pub use error::{ConnectorsError, FieldError, LookUpError, NotificationError};
pub use locator::{Locator, Submission, parse_payment, parse_submission};
pub use look_up::{LookedUp, Receipt, receipt_view};
pub use notification::{
    Alone, Notice, Received, StoreNotification, sends_notifications, store_of_route,
};

/// What a store can't do, by the ids of the behaviour suite (`tests/behaviour`), which proves it.
#[must_use]
pub const fn absent(store: domain::Store) -> &'static [&'static str] {
    match store {
        domain::Store::Vizio => vizio::ABSENT,
        domain::Store::SamsungTv => samsung_tv::ABSENT,
        domain::Store::Android => android::ABSENT,
    }
}
