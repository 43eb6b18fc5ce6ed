//! What a store tells us by itself.

use domain::{Store, StoreSnapshot, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Locator, NotificationError, StoreConfig, samsung_tv, vizio};

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
        Store::Vizio => true,
        Store::SamsungTv => false,
    }
}

/// Proves the origin of a notification over the bytes as they were received, then reads it.
///
/// `headers` are names (in any case) and values; a name may occur more than once.
///
/// # Errors
/// [`NotificationError`] tells how to answer. What isn't proven is never read.
pub fn read_notification(
    config: &StoreConfig,
    headers: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<StoreNotification, NotificationError> {
    match config {
        StoreConfig::Vizio(config) => vizio::read_notification(config, headers, body, now),
        StoreConfig::SamsungTv(_) => samsung_tv::read_notification(),
    }
}
