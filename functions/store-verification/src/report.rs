//! Findings that need a person's attention, as log lines and metrics.

use cloud::clock;
use cloud::telemetry::Metrics;
use domain::{Decision, Store, Subscription, Timestamp};
use jiff::SignedDuration;

use crate::task::Task;

/// Time before the store's refund at which the alarm is raised.
const ALARM_BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// Counts and logs an unknown status or a product without an offer. Called only for a decision that
/// was written, or ends the verification, so that attempts that lost a race are not counted.
pub(crate) fn report(task: &Task<'_>, decision: &Decision) {
    let store = task.store();
    if let Some(status) = &decision.unknown_status {
        report_unknown_status(store, status);
    } else if decision.unmapped_product {
        tracing::warn!(broadcaster = %task.broadcaster(), %store, "no offer lists the product");
        Metrics::new(vec![("Store", store.to_string())])
            .count("UnmappedProduct")
            .write(clock::now());
    }
}

/// Counts and logs a status that this version does not know.
pub(crate) fn report_unknown_status(store: Store, status: &str) {
    tracing::error!(%store, status, "the store named an unknown status");
    Metrics::new(vec![("Store", store.to_string())])
        .count("UnknownStatus")
        .write(clock::now());
}

/// Counts a purchase whose acknowledgement is due within 24 hours; an alarm watches the count.
pub(crate) fn warn_if_late(subscription: &Subscription, now: Timestamp) {
    let state = &subscription.state;
    let late = state
        .acknowledge_by
        .is_some_and(|by| by.checked_sub(ALARM_BEFORE).is_ok_and(|alarm| now >= alarm) && now < by);
    // Licence testers have minutes and not days for the acknowledgement, so theirs would always
    // count as late.
    if late && !state.test {
        tracing::error!(store = %subscription.store, subscription = %subscription.ownership.subscription_id, "a purchase is not acknowledged yet: the store will return the money");
        Metrics::new(vec![("Store", subscription.store.to_string())])
            .count("AcknowledgementLate")
            .write(now);
    }
}
