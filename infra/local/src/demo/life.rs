//! What every store has to show of a subscription's life.

use std::collections::BTreeMap;

use anyhow::ensure;
use domain::Store;
use serde_json::Value;

/// A moment of a subscription's life, by the notification that told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    Purchase,
    Renewal,
    /// Access lasts to the end of what was paid.
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

/// How often each moment was told, by `original_store`.
#[derive(Debug, Default)]
pub(super) struct Lives(BTreeMap<(String, Moment), usize>);

impl Lives {
    /// Takes a notification into account.
    pub(super) fn note(&mut self, notification: &Value) {
        let Some(store) = notification.get("original_store").and_then(Value::as_str) else {
            return;
        };
        if let Some(moment) = moment(notification) {
            *self.0.entry((store.to_owned(), moment)).or_default() += 1;
        }
    }

    /// One line for a store: each moment and how often it was told.
    ///
    /// # Errors
    /// Names a moment that was never told under the store's name.
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
