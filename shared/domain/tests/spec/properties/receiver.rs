//! A broadcaster's view of its subscriptions, built from Beacon notifications alone.

use std::collections::HashMap;

use domain::beacon::{Notification, NotificationType};
use domain::{CustomerId, DateUnit, PurchaseKey, Timestamp};

use super::random::Xorshift;

/// What the receiver knows of one subscription. Dates in the notifications' unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub sku: String,
    pub package_name: String,
    pub end: Option<i64>,
    pub suspended: bool,
    pub cancelled: bool,
    newest: (i64, u8),
}

impl Row {
    /// Access without any margin for late renewals.
    pub fn grants_access(&self, now: Timestamp, unit: DateUnit) -> bool {
        let milliseconds = match unit {
            DateUnit::Seconds => 1000,
            DateUnit::Milliseconds => 1,
        };
        let in_time = self
            .end
            .is_some_and(|end| now.as_millisecond() < end * milliseconds);
        in_time && !self.suspended
    }
}

/// How a receiver treats what a notification does not mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The newest notification says it all: whatever is no suspension lifts one.
    Newest,
    /// Only `new` and `resume` lift a suspension. Needs every notification, in the order of their dates.
    Patient,
}

/// What receivers know a subscription by.
pub type RowKey = (PurchaseKey, CustomerId);

/// The table of a receiver.
pub type View = HashMap<RowKey, Row>;

/// Applies notifications in the order in which they are delivered.
pub fn receive(delivered: &[Notification], reader: Reader) -> View {
    let mut ordered = delivered.to_vec();
    if reader == Reader::Patient {
        ordered.sort_by_key(age);
    }
    let mut view = View::new();
    for notification in ordered {
        apply(&mut view, notification, reader);
    }
    view
}

/// Dates first; of one date in the order of the types.
fn age(notification: &Notification) -> (i64, u8) {
    let rank = match notification.notification_type {
        NotificationType::New => 0,
        NotificationType::Renew => 1,
        NotificationType::Resume => 2,
        NotificationType::Pause => 3,
        NotificationType::Hold => 4,
        NotificationType::Cancel => 5,
    };
    (notification.notification_date, rank)
}

fn apply(view: &mut View, notification: Notification, reader: Reader) {
    let newest = age(&notification);
    let key = (notification.transaction_id, notification.external_user_id);
    let before = view.get(&key);
    if before.is_some_and(|row| newest < row.newest) {
        return;
    }
    let was_suspended = before.is_some_and(|row| row.suspended);
    let end = notification.end_date.or(before.and_then(|row| row.end));
    let was_cancelled = before.is_some_and(|row| row.cancelled);
    let (suspended, cancelled) = match notification.notification_type {
        NotificationType::New | NotificationType::Resume => (false, false),
        NotificationType::Pause | NotificationType::Hold => (true, was_cancelled),
        NotificationType::Renew => (was_suspended && reader == Reader::Patient, false),
        NotificationType::Cancel => (was_suspended && reader == Reader::Patient, true),
    };
    let row = Row {
        sku: notification.sku,
        package_name: notification.package_name,
        end,
        suspended,
        cancelled,
        newest,
    };
    view.insert(key, row);
}

/// The notifications as a topic delivers them: in any order, some of them twice.
pub fn delivery(sent: &[Notification], seed: u64) -> Vec<Notification> {
    let mut random = Xorshift(seed | 1);
    let mut delivered: Vec<(u64, &Notification)> = Vec::new();
    for notification in sent {
        delivered.push((random.draw(), notification));
        if random.draw().is_multiple_of(3) {
            delivered.push((random.draw(), notification));
        }
    }
    delivered.sort_by_key(|(place, _)| *place);
    delivered
        .into_iter()
        .map(|(_, sent)| sent.clone())
        .collect()
}
