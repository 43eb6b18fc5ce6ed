//! The receiver's state, rebuilt only from Beacon notifications.
//!
//! Notifications may be duplicated, delayed and reordered. They apply by `notification_date`, then
//! by type; since all of them are kept, the view is built by sorting them, and any order of arrival
//! gives the same view.
//!
//! `new`, `renew` and `resume` carry a period: they make a purchase known and end its suspension.
//! The others need a known purchase; until it is known they are parked, for 24 hours.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Received,
    beacon::{Key, Kind, Notification},
};

const PARKED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// State of the receiver.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Purchases by store, transaction and user.
    pub purchases: Vec<Purchase>,
    /// Notifications that wait for their purchase.
    pub parked: Vec<Value>,
    /// Messages that cannot be applied and need to be examined.
    pub unreadable: Vec<UnreadableMessage>,
}

/// State of one purchase of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Name of the store.
    pub original_store: String,
    /// Id of the subscription in the store.
    pub transaction_id: String,
    /// User id.
    pub external_user_id: String,
    /// Product id in the store.
    pub sku: String,
    /// Package that the product grants.
    pub package_name: String,
    /// Start of the current period.
    pub period_start: Option<Timestamp>,
    /// End of access, unless something ends it earlier.
    pub access_until: Timestamp,
    /// End of the trial with which it began.
    pub trial_end: Option<Timestamp>,
    /// Suspension of access.
    pub suspended: Suspension,
    /// Time of the cancellation, if any.
    pub cancelled_at: Option<Timestamp>,
    /// Date of the newest notification that was applied.
    pub last_notification_date: Timestamp,
}

impl Purchase {
    /// Returns whether the user has access at this instant.
    #[must_use]
    pub fn grants_access(&self, at: Timestamp) -> bool {
        self.suspended == Suspension::None && at < self.access_until
    }
}

/// Reason for a suspension of access.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Suspension {
    /// Not suspended.
    #[default]
    None,
    /// Paused by the user.
    Pause,
    /// On hold after a failed payment.
    Hold,
}

/// Message that cannot be applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableMessage {
    /// Reason.
    pub reason: String,
    /// Message as it was received.
    pub message: Value,
}

/// Rebuilds the view from everything that was received; `now` ends the parking.
#[must_use]
pub fn rebuild(received: &[Received], now: Timestamp) -> View {
    let mut view = View::default();
    let mut by_key: BTreeMap<Key, Vec<(Notification, &Received)>> = BTreeMap::new();
    for received in received {
        match Notification::read(&received.message) {
            Ok(notification) => {
                let of_key = by_key.entry(notification.key.clone()).or_default();
                of_key.push((notification, received));
            }
            Err(reason) => view.unreadable.push(UnreadableMessage {
                reason: reason.to_string(),
                message: received.message.clone(),
            }),
        }
    }
    for (_, mut notifications) in by_key {
        // The whole notification is compared, so that equal dates and types have an order.
        notifications.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut purchase = None;
        for (notification, _) in &notifications {
            purchase = apply(purchase, notification);
        }
        match purchase {
            Some(purchase) => view.purchases.push(purchase),
            None => view.parked.extend(
                notifications
                    .iter()
                    .filter(|(_, received)| now.duration_since(received.received_at) < PARKED_FOR)
                    .map(|(_, received)| received.message.clone()),
            ),
        }
    }
    view
}

/// Applies a notification to the known state. A notification that needs a known purchase and has
/// none changes nothing.
fn apply(known: Option<Purchase>, notification: &Notification) -> Option<Purchase> {
    let mut purchase = match notification.kind {
        Kind::New | Kind::Renew | Kind::Resume => {
            let trial_end = known.and_then(|known| known.trial_end);
            return Some(with_period(notification, trial_end));
        }
        Kind::Pause | Kind::Hold | Kind::Cancel => known?,
    };
    match notification.kind {
        Kind::Pause => purchase.suspended = Suspension::Pause,
        Kind::Hold => purchase.suspended = Suspension::Hold,
        _ => {
            purchase.suspended = Suspension::None;
            purchase.cancelled_at = notification.cancellation_date;
        }
    }
    if let Some(end) = notification.end_date {
        purchase.access_until = end;
    }
    purchase.sku.clone_from(&notification.sku);
    purchase.package_name.clone_from(&notification.package_name);
    purchase.last_notification_date = notification.notification_date;
    Some(purchase)
}

fn with_period(notification: &Notification, trial_end: Option<Timestamp>) -> Purchase {
    let key = notification.key.clone();
    Purchase {
        original_store: key.original_store,
        transaction_id: key.transaction_id,
        external_user_id: key.external_user_id,
        sku: notification.sku.clone(),
        package_name: notification.package_name.clone(),
        period_start: notification.start_date,
        access_until: notification
            .end_date
            .unwrap_or(notification.notification_date),
        trial_end: notification.trial_end_date.or(trial_end),
        suspended: Suspension::None,
        cancelled_at: None,
        last_notification_date: notification.notification_date,
    }
}

#[cfg(test)]
mod tests;
