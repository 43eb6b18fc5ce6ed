//! Notifications of stores.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Locator, StoreSnapshot, Timestamp, VoidedPayment};

/// Proven notification. It is a hint that causes a look-up of the purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreNotification {
    /// The store's id of the notification, or the SHA-256 of its body in hexadecimal; the same for
    /// each delivery.
    pub id: String,
    /// The store's name of the event, at most 64 characters.
    pub kind: String,
    /// The purchase.
    pub locator: Locator,
    /// Time at which the event happened, according to the store.
    pub sent_at: Option<Timestamp>,
    /// State that the notification carries, if it is complete.
    pub notice: Option<Notice>,
    /// Voided payment that the notification reports.
    pub voided: Option<VoidedPayment>,
}

/// State signed by the store, to be applied if the store does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The state, observed when the event happened according to the store.
    pub snapshot: StoreSnapshot,
    /// Condition for applying it without the store's answer.
    pub alone: NoticePolicy,
}

/// Condition for applying a [`Notice`] without the store's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticePolicy {
    /// As soon as a look-up fails, because it ends the purchase.
    AtOnce,
    /// Once look-ups have failed for as long as the broadcaster has configured.
    AfterGivingUp,
}

/// A store's request to confirm that the notification address is the broadcaster's. `Debug` shows
/// neither token nor URL, because whoever has them can confirm.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    /// Sender: the name of the topic.
    pub topic: String,
    /// Token to enter in the store's console.
    pub token: String,
    /// URL to open instead of entering the token.
    pub url: String,
}

impl fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}
