//! The receiver's state, rebuilt from nothing but Beacon notifications.
//!
//! Notifications may come twice, late and in any order. They apply by
//! `notification_date`, then by type; since all of them are kept, the view is made by
//! putting them in that order, and any order of arrival gives the same view.
//!
//! `new`, `renew` and `resume` carry a period: they make a purchase known and end what
//! suspends it. The others need a known purchase; until it is known they are parked, for
//! 24 hours.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Received,
    beacon::{Key, Kind, Notification},
};

const PARKED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Everything that the receiver knows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// By store, transaction and user.
    pub purchases: Vec<Purchase>,
    /// Notifications that wait for their purchase.
    pub parked: Vec<Value>,
    /// Messages that cannot be applied; somebody should look at them.
    pub unreadable: Vec<UnreadableMessage>,
}

/// What the receiver knows of one purchase of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// The store's name.
    pub original_store: String,
    /// The id of the subscription in the store.
    pub transaction_id: String,
    /// The user.
    pub external_user_id: String,
    /// The product's id in the store.
    pub sku: String,
    /// The package that it opens.
    pub package_name: String,
    /// Start of the present period.
    pub period_start: Option<Timestamp>,
    /// When access ends, unless something comes before.
    pub access_until: Timestamp,
    /// End of the trial that it began with.
    pub trial_end: Option<Timestamp>,
    /// Whether access is suspended.
    pub suspended: Suspension,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<Timestamp>,
    /// Date of the newest notification that was applied.
    pub last_notification_date: Timestamp,
}

impl Purchase {
    /// Whether the user may watch at this instant.
    #[must_use]
    pub fn grants_access(&self, at: Timestamp) -> bool {
        self.suspended == Suspension::None && at < self.access_until
    }
}

/// Why access is suspended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Suspension {
    /// It is not.
    #[default]
    None,
    /// By the user's choice.
    Pause,
    /// After a failed payment.
    Hold,
}

/// A message that cannot be applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableMessage {
    /// What is wrong with it.
    pub reason: String,
    /// The message as it came.
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

/// One notification on top of what is known. What needs a known purchase and has none
/// changes nothing.
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
