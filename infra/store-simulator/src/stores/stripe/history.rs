//! Events of an account, as its list of events shows them.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::model::{ApiVersion, Published};
use crate::delivery::{DeliveryRecord, Outcome};

/// Time for which events are listed: 30 days.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// Recorded event.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    pub(super) published: Published,
    /// API version in which it is written, which does not change.
    pub(super) version: ApiVersion,
    /// Purchase under which its deliveries are counted.
    pub(super) purchase_id: String,
}

impl Recorded {
    pub(super) fn shown(&self, pending_webhooks: u32) -> Value {
        self.published.event(&self.version, pending_webhooks)
    }

    pub(super) fn is_kept(&self, now: Timestamp) -> bool {
        now.duration_since(self.published.at).unsigned_abs() <= KEPT || self.published.at > now
    }
}

/// Returns whether each sent event was delivered, by its id.
pub(super) fn arrivals(records: &[DeliveryRecord]) -> HashMap<&str, bool> {
    let mut arrived = HashMap::new();
    for record in records {
        let entry = arrived.entry(record.notification_id.as_str());
        *entry.or_insert(false) |= record.outcome == Outcome::Delivered;
    }
    arrived
}
