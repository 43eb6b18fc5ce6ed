//! What a store tells us by itself.

use std::fmt;

use domain::{StoreSnapshot, Timestamp, Void};
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
    /// The store asks whether the address is the broadcaster's: to be shown to them.
    Confirmation(Confirmation),
}

/// A store's question whether the address of notifications belongs to the broadcaster. `Debug` shows
/// neither token nor address: whoever has them can answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    /// Who asks: the name of the topic that will send.
    pub topic: String,
    /// What to paste into the store's console.
    pub token: String,
    /// What to open instead of pasting the token.
    pub url: String,
}

impl fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}

/// What a store sent and nobody took, one page of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missed {
    /// The notifications, as if they had arrived.
    pub notifications: Vec<StoreNotification>,
    /// Where the next page starts, if there is one.
    pub next: Option<String>,
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
