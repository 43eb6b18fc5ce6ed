//! What is known of each notification that was sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How the delivery of one copy ended.
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
    /// Lost on purpose.
    Dropped,
    /// The partner has no address for notifications.
    Unaddressed,
}

/// One try to hand a notification over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When it began (real time, not the partner's clock).
    pub at: Timestamp,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// One copy of one notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRecord {
    /// Its id in the body; the same for all copies.
    pub notification_id: String,
    /// The store's name of the event.
    pub event_type: String,
    /// Which subscription it is about, if any.
    pub subscription_id: Option<String>,
    /// 0 is the original, the others are duplicates.
    pub copy: u32,
    /// The body was changed after it was signed.
    pub corrupted: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// Every try, oldest first.
    pub attempts: Vec<Attempt>,
}

/// How many copies ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryCounts {
    /// Not finished yet; only after a flush that ran out of time.
    pub pending: usize,
    /// Answered with a 2xx.
    pub delivered: usize,
    /// Answered with a status that is not retried.
    pub refused: usize,
    /// Every attempt failed.
    pub failed: usize,
    /// Lost on purpose.
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
