//! Notifications that were received under each name.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Notification as it was received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// Time of arrival, by this machine's clock.
    pub received_at: Timestamp,
    /// SNS's id of the publication.
    pub message_id: String,
    /// Topic to which it was published.
    pub topic_arn: String,
    /// SNS's message attributes, if it had any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Value>,
    /// Unescaped message.
    pub message: Value,
}

/// Confirmed subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    /// Topic that requested the confirmation.
    pub topic_arn: String,
    /// Time of the confirmation, by this machine's clock.
    pub confirmed_at: Timestamp,
}

/// Response of the endpoint to SNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Behaviour {
    /// HTTP status.
    pub status: u16,
    /// Delay of the response, in milliseconds.
    pub delay_millis: u64,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            status: 200,
            delay_millis: 0,
        }
    }
}

/// Messages and behaviour of one name.
#[derive(Debug, Clone, Default)]
pub(super) struct Mailbox {
    pub(super) received: Vec<Received>,
    pub(super) confirmed: Vec<Confirmation>,
    pub(super) behaviour: Behaviour,
}

/// Mailboxes by name. A name that was never used has an empty one.
#[derive(Debug, Default)]
pub(super) struct Mailboxes(Mutex<HashMap<String, Mailbox>>);

impl Mailboxes {
    pub(super) fn read<A>(&self, name: &str, read: impl FnOnce(&Mailbox) -> A) -> A {
        let mailboxes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match mailboxes.get(name) {
            Some(mailbox) => read(mailbox),
            None => read(&Mailbox::default()),
        }
    }

    pub(super) fn change(&self, name: &str, change: impl FnOnce(&mut Mailbox)) {
        let mut mailboxes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(mailboxes.entry(name.to_owned()).or_default());
    }
}
