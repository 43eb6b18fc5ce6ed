//! When to look at a subscription again without being told to.

use jiff::SignedDuration;

use crate::{Subscription, Timestamp};

/// How long after a period end (or grace end, or resumption) to look: the notification may be late,
/// then lost.
pub const AFTER_PERIOD_END: [SignedDuration; 3] = [
    SignedDuration::from_mins(5),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(24),
];

/// How often to look at a living subscription in any case.
pub const INTERVAL: SignedDuration = SignedDuration::from_hours(24);

/// How soon to look again at a purchase that the store denies knowing.
pub const WHILE_MISSING: SignedDuration = SignedDuration::from_hours(12);

/// When the next check is due: the earliest of the daily look and the looks after each date that
/// matters. `None` for what has ended, what went to another customer, and what nobody claimed.
#[must_use]
pub fn next_check(subscription: &Subscription, now: Timestamp) -> Option<Timestamp> {
    if subscription.customer_id.is_none()
        || subscription.termination.is_some()
        || subscription.state.status.is_ended()
    {
        return None;
    }
    if subscription.missing.is_some() {
        return now.checked_add(WHILE_MISSING).ok();
    }
    let state = &subscription.state;
    let dates = [Some(state.period_end), state.grace_end, state.resumes_at];
    let after_dates = dates.into_iter().flatten().flat_map(|date| {
        AFTER_PERIOD_END
            .into_iter()
            .filter_map(move |delay| date.checked_add(delay).ok())
    });
    after_dates
        .filter(|due| *due > now)
        .chain(now.checked_add(INTERVAL).ok())
        .min()
}
