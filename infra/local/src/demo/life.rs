//! Moments of a subscription's life that the demo must show for every store.

use std::collections::BTreeMap;

use anyhow::ensure;
use domain::Store;
use serde_json::Value;

/// Moment of a subscription's life, by its notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    Purchase,
    Renewal,
    /// Access lasts to the end of the paid period.
    Cancellation,
    /// Access ended with the cancellation: a refund.
    Refund,
}

const ALL: [(Moment, &str); 4] = [
    (Moment::Purchase, "new"),
    (Moment::Renewal, "renew"),
    (Moment::Cancellation, "cancel (access to the end)"),
    (Moment::Refund, "cancel (refund)"),
];

/// Number of notifications of each moment, by `original_store`.
#[derive(Debug, Default)]
pub(super) struct Lives(BTreeMap<(String, Moment), usize>);

impl Lives {
    /// Counts a notification.
    pub(super) fn note(&mut self, notification: &Value) {
        let Some(store) = notification.get("original_store").and_then(Value::as_str) else {
            return;
        };
        if let Some(moment) = moment(notification) {
            *self.0.entry((store.to_owned(), moment)).or_default() += 1;
        }
    }

    /// Returns one line for a store: each moment and its number of notifications.
    ///
    /// # Errors
    /// Names a moment without a notification under the store's name.
    pub(super) fn of(&self, store: Store) -> anyhow::Result<String> {
        let mut told = Vec::new();
        for (moment, name) in ALL {
            let key = (store.beacon_name().to_owned(), moment);
            let times = self.0.get(&key).copied().unwrap_or_default();
            ensure!(times > 0, "no {name} of {} was told", store.beacon_name());
            told.push(format!("{name} × {times}"));
        }
        Ok(format!("{}: {}", store.beacon_name(), told.join(", ")))
    }
}

fn moment(notification: &Value) -> Option<Moment> {
    let date = |name: &str| notification.get(name).and_then(Value::as_i64);
    match notification.get("notification_type")?.as_str()? {
        "new" => Some(Moment::Purchase),
        "renew" => Some(Moment::Renewal),
        "cancel" if date("end_date") > date("cancellation_date") => Some(Moment::Cancellation),
        "cancel" => Some(Moment::Refund),
        _ => None,
    }
}
