//! Record of a notification.

use jiff::Timestamp;

use super::SentPush;
use crate::outbox::Notification;

/// Notification that was created, sent or not.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) at: Timestamp,
    pub(super) message_key: String,
    pub(super) kind: String,
    pub(super) line: String,
    pub(super) message: String,
}

impl Sent {
    pub(super) fn push(&self) -> SentPush {
        SentPush {
            message_key: self.message_key.clone(),
            kind: self.kind.clone(),
        }
    }

    pub(super) fn notification(&self, body: String) -> Notification {
        Notification {
            notification_id: self.message_key.clone(),
            event_type: self.kind.clone(),
            subscription_id: Some(self.line.clone()),
            body: body.into_bytes(),
            headers: Vec::new(),
        }
    }
}
