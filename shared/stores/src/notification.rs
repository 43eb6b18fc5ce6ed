//! What a store tells us by itself.

use domain::{Store, StoreSnapshot, Timestamp, Void};
use serde::{Deserialize, Serialize};

use crate::Locator;

/// What a proven notification is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
pub enum Received {
    /// A purchase.
    About(StoreNotification),
    /// Nothing that concerns us, in a word for the log: to be accepted and forgotten.
    Nothing(&'static str),
}

/// A notification that the store has certainly sent. It is a hint: look at this purchase now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreNotification {
    /// The store's id of the notification, or the SHA-256 of its body in hexadecimal. The same for
    /// each delivery of it.
    pub id: String,
    /// The store's word for what happened; at most 64 characters.
    pub kind: String,
    /// The purchase.
    pub locator: Locator,
    /// When the store says that it happened.
    pub sent_at: Option<Timestamp>,
    /// The state that the notification itself carries, if it carries a full one.
    pub notice: Option<Notice>,
    /// A payment that the store took back, by this word.
    pub voided: Option<Void>,
}

/// A state that the store signed, to be applied if the store doesn't answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The state, observed when the store says that it happened.
    pub snapshot: StoreSnapshot,
    /// When it may be applied without the store's answer.
    pub alone: Alone,
}

/// When a [`Notice`] may be applied without the store's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alone {
    /// As soon as a look-up fails: it ends the purchase.
    AtOnce,
    /// Once look-ups have failed for [`give_up_after`](crate::give_up_after).
    AfterGivingUp,
}

/// Whether a store tells by itself what happens. One that doesn't has no address for notifications.
#[must_use]
pub const fn sends_notifications(store: Store) -> bool {
    match store {
        Store::Vizio | Store::Android => true,
        Store::SamsungTv => false,
    }
}

/// The store whose notifications come to an address that does not name it, by the address's pattern.
#[must_use]
pub fn store_of_route(pattern: &str) -> Option<Store> {
    (pattern == "/2.0/in_app/subscriptions/android/status_update_notification/{publisherId}")
        .then_some(Store::Android)
}
