//! Results of reading a store's notifications.

use domain::{Confirmation, StoreNotification};

use crate::Ignored;

/// Proven notification: its content, and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The content.
    pub received: Received,
    /// Body that the store expects in the answer; empty for most stores.
    pub reply: String,
}

impl From<Received> for Accepted {
    fn from(received: Received) -> Self {
        Self {
            received,
            reply: String::new(),
        }
    }
}

/// Content of a proven notification.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
pub enum Received {
    /// A purchase.
    About(StoreNotification),
    /// Nothing that has an effect. Accepted and dropped.
    Ignored(Ignored),
    /// Request to confirm the address, for the broadcaster to see.
    Confirmation(Confirmation),
}

/// Page of a store's undelivered notifications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undelivered {
    /// The notifications, as if they had arrived.
    pub notifications: Vec<StoreNotification>,
    /// Position of the next page, if there is one.
    pub next: Option<String>,
}
