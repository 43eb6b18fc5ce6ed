//! Records of the notifications that were sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Result of delivering one copy of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Still held back, delayed or being retried.
    Pending,
    /// Answered with a 2xx.
    Delivered,
    /// Answered with a status that is not retried.
    Refused,
    /// Every attempt failed.
    Failed,
    /// Deliberately lost, by a fault.
    Dropped,
    /// The partner has no address for notifications.
    Unaddressed,
}

/// One attempt to deliver a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Start of the attempt, in real time rather than by the partner's clock.
    pub at: Timestamp,
    /// HTTP status of the response, if there was one.
    pub status: Option<u16>,
    /// Reason why there was no response.
    pub error: Option<String>,
    /// Duration in milliseconds.
    pub millis: u64,
}

/// One copy of one notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRecord {
    /// Id in the body; all copies have the same.
    pub notification_id: String,
    /// Event type, as the store names it.
    pub event_type: String,
    /// Subscription that the notification is about, if any.
    pub subscription_id: Option<String>,
    /// Number of the copy: 0 is the original, the others are duplicates.
    pub copy: u32,
    /// Whether the body was changed after it was signed.
    pub corrupted: bool,
    /// Result of the delivery.
    pub outcome: Outcome,
    /// Every attempt, oldest first.
    pub attempts: Vec<Attempt>,
}

/// Number of copies by result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryCounts {
    /// Not finished yet; only after a flush that timed out.
    pub pending: usize,
    /// Answered with a 2xx.
    pub delivered: usize,
    /// Answered with a status that is not retried.
    pub refused: usize,
    /// Every attempt failed.
    pub failed: usize,
    /// Deliberately lost, by a fault.
    pub dropped: usize,
    /// The partner has no address for notifications.
    pub unaddressed: usize,
}

impl DeliveryCounts {
    pub(crate) fn of(records: &[DeliveryRecord]) -> Self {
        let count = |outcome| {
            let same = records.iter().filter(|record| record.outcome == outcome);
            same.count()
        };
        Self {
            pending: count(Outcome::Pending),
            delivered: count(Outcome::Delivered),
            refused: count(Outcome::Refused),
            failed: count(Outcome::Failed),
            dropped: count(Outcome::Dropped),
            unaddressed: count(Outcome::Unaddressed),
        }
    }
}
