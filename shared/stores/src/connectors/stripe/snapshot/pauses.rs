//! Reason of a pause: the customer's wish, or a missing payment.

use jiff::SignedDuration;

use crate::connectors::stripe::wire::Subscription;
use crate::fields::shortened;

/// Largest difference between the end of a trial and the end of the period that it cut short.
const ABOUT: SignedDuration = SignedDuration::from_hours(1);

/// Reason of the status `paused`.
pub(in crate::connectors::stripe) struct Pause {
    /// Whether it was requested; otherwise access is withheld because a payment is missing.
    pub(in crate::connectors::stripe) wished: bool,
    /// Cause that a person should look at.
    pub(in crate::connectors::stripe) alarm: Option<String>,
}

/// Returns the reason, if the subscription is paused.
pub(in crate::connectors::stripe) fn cause(subscription: &Subscription) -> Option<Pause> {
    if subscription.status != "paused" {
        return None;
    }
    let details = subscription.status_details.as_ref();
    let paused = details.and_then(|details| details.paused.as_ref());
    let kind = paused.and_then(|paused| paused.kind.as_deref());
    if let Some(other) = kind.filter(|kind| *kind != "subscription") {
        return Some(unknown(other));
    }
    let cause = paused.and_then(|paused| paused.subscription.as_ref());
    let plainly = |wished| Pause {
        wished,
        alarm: None,
    };
    Some(match cause.and_then(|cause| cause.kind.as_deref()) {
        // Versions before 2026-09-30 give no reason.
        None => plainly(!at_end_of_trial(subscription)),
        Some("pause_requested") => plainly(true),
        Some(
            "trial_end_without_payment_method" | "first_payment_failure" | "final_payment_failure",
        ) => plainly(false),
        Some(other) => unknown(other),
    })
}

/// Builds the pause for a reason that is not documented: no access, with an alarm.
fn unknown(word: &str) -> Pause {
    Pause {
        wished: false,
        alarm: Some(format!("paused: {}", shortened(word))),
    }
}

/// Whether the pause began at the end of the trial. Before 2026-09-30 nothing names the reason, and
/// a subscription that was paused at the end of its trial has no payment method.
fn at_end_of_trial(subscription: &Subscription) -> bool {
    let items = subscription.items.data.iter();
    let ends = items.filter_map(|item| item.current_period_end);
    let ends = ends.chain(subscription.current_period_end);
    subscription.trial_end.is_some_and(|trial_end| {
        ends.into_iter()
            .any(|end| end.0.duration_since(trial_end.0).abs() <= ABOUT)
    })
}
