//! Facts about a receipt that Amazon's answer does not contain.

use std::collections::BTreeMap;

use domain::{Locator, PurchaseKey, Timestamp};
use serde::{Deserialize, Serialize};

use crate::connectors::amazon::wire::Answer;
use crate::string_map::{lenient, read, written};

/// Values of `notificationType` after which a receipt may be refunded.
const CANCELLATION: &str = "SUBSCRIPTION_CANCELLED";

/// Values kept from one look-up to the next, and those that a notification adds.
///
/// Of these fields broadcasters are shown those that are also in
/// [`Details`](super::details::Details).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::connectors::amazon) struct Memory {
    /// End of the last period that was known to be paid.
    #[serde(deserialize_with = "lenient")]
    pub(in crate::connectors::amazon) period_end: Option<Timestamp>,
    /// End that was counted because none was known; kept so that it does not move with each
    /// look-up.
    #[serde(deserialize_with = "lenient")]
    pub(in crate::connectors::amazon) counted_end: Option<Timestamp>,
    /// End of the free trial, from which paid periods are counted.
    #[serde(deserialize_with = "lenient")]
    pub(in crate::connectors::amazon) free_trial_end_date: Option<Timestamp>,
    /// Time at which it was first seen to be no longer valid, or the end of its paid period if that
    /// came before.
    #[serde(deserialize_with = "lenient")]
    pub(in crate::connectors::amazon) ended_at: Option<Timestamp>,
    /// Type of the notification that causes the look-up. It counts for one look-up only.
    #[serde(skip_serializing)]
    pub(in crate::connectors::amazon) notification_type: Option<String>,
}

/// Returns the hints that a notification adds: its type, if it is about a cancellation, and the
/// receipt that this one replaces.
pub(in crate::connectors::amazon) fn notified(
    kind: &str,
    replaced: Option<PurchaseKey>,
) -> BTreeMap<String, String> {
    // The answer gives the same reasons for an expiry and a refund; only this type distinguishes
    // them.
    let kind = (kind == CANCELLATION).then(|| ("notificationType", kind.to_owned()));
    let replaced = replaced.map(|key| ("cancelledReceiptId", key.as_str().to_owned()));
    let hints = kind.into_iter().chain(replaced);
    hints.map(|(name, text)| (name.to_owned(), text)).collect()
}

impl Memory {
    pub(in crate::connectors::amazon) fn of(locator: &Locator) -> Self {
        read(&locator.details)
    }

    /// Returns the fields as they are stored.
    pub(in crate::connectors::amazon) fn written(&self) -> BTreeMap<String, String> {
        written(self)
    }
}

/// Memory, as it stands at the time of a look-up.
pub(in crate::connectors::amazon) struct Known {
    /// Time at which the look-up began.
    pub(in crate::connectors::amazon) observed_at: Timestamp,
    pub(in crate::connectors::amazon) memory: Memory,
}

impl Known {
    pub(in crate::connectors::amazon) fn of(locator: &Locator, observed_at: Timestamp) -> Self {
        Self {
            observed_at,
            memory: Memory::of(locator),
        }
    }

    /// Adds what an answer says. Amazon names the trial only while it runs.
    pub(in crate::connectors::amazon) fn and(mut self, said: &Answer) -> Self {
        let trial_end = said.free_trial_end_date;
        self.memory.free_trial_end_date = trial_end.or(self.memory.free_trial_end_date);
        self
    }

    /// Whether Amazon reported a cancellation in a notification.
    pub(in crate::connectors::amazon) fn is_cancellation_notified(&self) -> bool {
        self.memory.notification_type.as_deref() == Some(CANCELLATION)
    }

    pub(in crate::connectors::amazon) fn is_over(&self, at: Timestamp) -> bool {
        at <= self.observed_at
    }
}
