//! When to look at a subscription again without being told to.

use jiff::SignedDuration;

use crate::reducer::patience_ends;
use crate::{Store, Subscription, Telling, Timestamp};

const AROUND_DATES_WHERE_NOTIFIED: &[SignedDuration] = &[
    SignedDuration::from_mins(5),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(24),
];

const AROUND_DATES_WHERE_SILENT: &[SignedDuration] = &[
    SignedDuration::from_hours(-1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];

/// When to look around a period end (or grace end, or resumption), counted from it.
///
/// A store that tells what happens is only asked in case its notification is late, then lost. One
/// that never does is the only source of a renewal: it is asked before the end, and often after it.
#[must_use]
pub const fn around_dates(store: Store) -> &'static [SignedDuration] {
    match store.telling() {
        Telling::Notifies | Telling::NotifiesAndIsBusy => AROUND_DATES_WHERE_NOTIFIED,
        Telling::Silent => AROUND_DATES_WHERE_SILENT,
    }
}

/// How often to look at a living subscription in any case. Where a store is not to be asked without
/// cause, this only makes up for notifications that were lost between two dates.
#[must_use]
pub const fn interval(store: Store) -> SignedDuration {
    match store.telling() {
        Telling::Notifies | Telling::Silent => SignedDuration::from_hours(24),
        Telling::NotifiesAndIsBusy => SignedDuration::from_hours(72),
    }
}

/// How often to look at what was bought once: only a refund can change it.
const INTERVAL_OF_ONE_TIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How soon to look again at a purchase that the store denies knowing.
pub const WHILE_MISSING: SignedDuration = SignedDuration::from_hours(12);

/// How soon to look again at a purchase whose delivery the store wants to hear of and has not heard.
pub const WHILE_UNACKNOWLEDGED: SignedDuration = SignedDuration::from_mins(15);

/// The longest time by which a check is moved so that not all come at once.
const WIDEST_SPREAD: SignedDuration = SignedDuration::from_mins(5);

/// When the next check is due: the earliest of the daily look and the looks around each date
/// that matters. `None` for what has ended, what went to another customer, and what nobody claimed,
/// unless a notification about it is to be followed up.
#[must_use]
pub fn next_check(subscription: &Subscription, now: Timestamp) -> Option<Timestamp> {
    if subscription.termination.is_some() {
        return None;
    }
    let follow_up = subscription
        .follow_up
        .as_ref()
        .map(|follow_up| follow_up.due_at.max(now));
    if subscription.customer_id.is_none() || subscription.state.status.is_ended() {
        return follow_up;
    }
    if subscription.missing.is_some() {
        return now.checked_add(WHILE_MISSING).ok();
    }
    let state = &subscription.state;
    let unacknowledged = state
        .acknowledge_by
        .filter(|by| *by > now && state.grants_access(now))
        .and_then(|_| now.checked_add(WHILE_UNACKNOWLEDGED).ok());
    let replaced = subscription
        .replaced_since
        .map(|since| patience_ends(subscription, since));
    let dates = [Some(state.period_end), state.grace_end, state.resumes_at];
    let around = around_dates(subscription.store);
    let interval = if state.one_time {
        INTERVAL_OF_ONE_TIME
    } else {
        interval(subscription.store)
    };
    let looks = dates.into_iter().flatten().flat_map(|date| {
        around
            .iter()
            .filter_map(move |distance| date.checked_add(*distance).ok())
    });
    looks
        .filter(|due| *due > now)
        .chain(now.checked_add(interval).ok())
        .chain(unacknowledged)
        .chain(follow_up)
        .chain(replaced.filter(|due| *due > now))
        .min()
}

/// A check's time, moved by up to a tenth of the wait and at most 5 minutes. What falls due together,
/// because it was bought together or because a store was away, is asked about one after another. The
/// same subscription is moved by the same share each time.
#[must_use]
pub fn spread(due: Timestamp, subscription: &Subscription, now: Timestamp) -> Timestamp {
    let widest = (due.duration_since(now) / 10).min(WIDEST_SPREAD);
    let hash = subscription
        .subscription_id
        .to_string()
        .bytes()
        .fold(0_i64, |hash, byte| (hash * 31 + i64::from(byte)) % 9973);
    let moved = widest.as_millis() * i128::from(hash) / 9973;
    let moved = SignedDuration::from_millis(i64::try_from(moved).unwrap_or(0).max(0));
    due.checked_add(moved).unwrap_or(due)
}
