//! Google Play: subscriptions that are bought on Android phones and televisions.
//!
//! A notification only says that something changed; what a purchase is, the look-up tells. A new
//! purchase token takes over from an old one at each change of plan, and delivery has to be
//! acknowledged, or Google returns the money. `docs/stores/android.md` has the rest.

mod access_token;
mod acknowledgement;
mod client;
mod config;
mod money;
mod notification;
mod push_token;
mod receipt;
mod service_account;
mod slots;
mod snapshot;
mod submission;
mod wire;

pub(crate) use client::{acknowledge, look_up};
pub use config::Config;
pub(crate) use notification::read_notification;
pub(crate) use receipt::subscription_purchase;
pub use snapshot::snapshot;
pub(crate) use submission::{parse_payment, parse_submission};

/// What this store can't do, by the ids of the behaviour suite.
pub const ABSENT: &[&str] = &["end-believed-alone", "later-name"];

/// What is kept in memory between calls: access tokens, and the keys that sign notifications.
/// Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    access_tokens: access_token::AccessTokens,
    push_keys: push_token::PushKeys,
}
