//! Times of scheduled checks: when a subscription is looked up without an occasion.

use jiff::SignedDuration;
use uuid::Uuid;

use crate::reducer::patience_ends;
use crate::{NotificationSupport, Store, Subscription, Timestamp};

/// Distances from a date to the checks around it, for stores that notify. Once a notification or a
/// check has shown the new period, the old date has no checks any more: usually there is none.
const AROUND_DATES_WHERE_NOTIFIED: &[SignedDuration] = &[
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(24),
];

/// Distances from a date to the checks around it, for stores that never notify.
const AROUND_DATES_WHERE_SILENT: &[SignedDuration] = &[
    SignedDuration::from_hours(-1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];

/// Returns the distances of the checks around a date (end of the period, of grace or of a pause).
///
/// A store that notifies is only asked in case its notification is late or lost. For one that never
/// does, these checks are the only source of a renewal, so they begin before the date and are
/// frequent after it.
#[must_use]
pub const fn around_dates(store: Store) -> &'static [SignedDuration] {
    match store.notification_support() {
        NotificationSupport::Notifies | NotificationSupport::NotifiesAndIsBusy => {
            AROUND_DATES_WHERE_NOTIFIED
        }
        NotificationSupport::Silent => AROUND_DATES_WHERE_SILENT,
    }
}

/// Interval at which a living subscription is checked in any case, in case a notification was lost.
/// What the stores allow is far less than a daily check of everything that exists.
pub const INTERVAL: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Default of the number of checks of a broadcaster's purchases at one store in a day: half of the
/// smallest daily quota that a store has published (Google Play, 200,000 requests).
pub const CHECKS_PER_DAY: u32 = 100_000;

/// Interval at which a one-time purchase is checked; only a refund can change it.
const INTERVAL_OF_ONE_TIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Time until the next check of a purchase that the store denies knowing.
pub const WHILE_MISSING: SignedDuration = SignedDuration::from_hours(12);

/// Time until the next check of a purchase that is not acknowledged yet.
pub const WHILE_UNACKNOWLEDGED: SignedDuration = SignedDuration::from_mins(15);

/// Largest time by which a check is moved, so that not all fall due together.
const WIDEST_SPREAD: SignedDuration = SignedDuration::from_mins(5);

/// Returns when the next check is due: the earliest of the regular check and the checks around each
/// date. `None` for a subscription that has ended, was transferred or is unbound, unless a
/// follow-up of a notification is pending.
#[must_use]
pub fn next_check(subscription: &Subscription, now: Timestamp) -> Option<Timestamp> {
    if subscription.ownership.termination.is_some() {
        return None;
    }
    let follow_up = subscription
        .follow_up
        .as_ref()
        .map(|follow_up| follow_up.due_at.max(now));
    // Nothing that a check could show would change an unbound or an ended subscription; only a new
    // payment does, which is notified.
    if subscription.ownership.customer_id.is_none() || subscription.state.status.is_ended() {
        return follow_up;
    }
    // Dates of a purchase that the store does not know mean nothing.
    if subscription.missing.is_some() {
        return now.checked_add(WHILE_MISSING).ok();
    }
    let state = &subscription.state;
    let unacknowledged = state
        .acknowledge_by
        // After the deadline the store has refunded it, and a purchase without access must not be
        // acknowledged.
        .filter(|by| *by > now && state.grants_access(now))
        .and_then(|_| now.checked_add(WHILE_UNACKNOWLEDGED).ok());
    let replaced = subscription
        .replaced_since
        .map(|since| patience_ends(subscription, since));
    let dates = [Some(state.period_end), state.grace_end, state.resumes_at];
    let around = around_dates(subscription.store);
    let interval = if state.billing.is_one_time() {
        INTERVAL_OF_ONE_TIME
    } else {
        INTERVAL
    };
    let looks = dates.into_iter().flatten().flat_map(|date| {
        around
            .iter()
            .filter_map(move |distance| date.checked_add(*distance).ok())
    });
    looks
        // A date in the past was checked before, or would be due at once and for ever.
        .filter(|due| *due > now)
        .chain(now.checked_add(interval).ok())
        .chain(unacknowledged)
        .chain(follow_up)
        .chain(replaced.filter(|due| *due > now))
        .min()
}

/// Moves a check by up to a tenth of the wait, at most 5 minutes, so that purchases made together,
/// or delayed by the same outage, are not checked together. A subscription is always moved by the
/// same share.
#[must_use]
pub fn spread(due: Timestamp, subscription: &Subscription, now: Timestamp) -> Timestamp {
    let widest = (due.duration_since(now) / 10).min(WIDEST_SPREAD);
    let id = subscription.ownership.subscription_id.to_string();
    let moved = share_of(widest, &id);
    due.checked_add(moved).unwrap_or(due)
}

/// Returns a part of the time, between nothing and all of it: the same for the same name, evenly
/// distributed over many names.
#[must_use]
pub fn share_of(widest: SignedDuration, name: &str) -> SignedDuration {
    // Derived from the name and not random, because this crate is pure.
    let (hash, _) = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).as_u64_pair();
    let millis = u64::try_from(widest.as_millis()).unwrap_or_default();
    let share = (u128::from(hash) * u128::from(millis)) >> u64::BITS;
    SignedDuration::from_millis(i64::try_from(share).unwrap_or_default())
}
