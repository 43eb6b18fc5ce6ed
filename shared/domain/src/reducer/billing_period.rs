//! The running period: whether it was paid, and when it began.

use super::changes::{is_paid, only_grace_told};
use crate::{StoreState, Subscription, Timestamp};

/// Updates the book-keeping of periods for a newly observed state; `next` still holds the one before.
pub(super) fn advance(
    next: &mut Subscription,
    current: &Subscription,
    state: &StoreState,
    observed_at: Timestamp,
) {
    let paid = is_paid(&current.state, state);
    let unpaid_trial = current.has_unpaid_trial();
    if state.product_id != current.state.product_id {
        // A discount is one offer's, and counts its cycles.
        next.ownership.coupon = None;
        next.ownership.billing_cycle = 1;
    } else if current.ownership.customer_id.is_some() && paid && !unpaid_trial {
        next.ownership.billing_cycle += 1;
    }
    next.trial_unpaid = state.in_trial() || (unpaid_trial && !paid);
    next.period_started_at = state
        .period_start
        .is_none()
        .then(|| start(current, state, observed_at))
        .flatten();
}

/// Start of the period that a store shows without its start, where that follows from what was seen.
///
/// A renewal begins where the period before it ended; what is paid after a suspension or an end begins
/// when that was seen; a prepaid period that is topped up goes on. As long as the end stays, so does the
/// start.
fn start(current: &Subscription, state: &StoreState, observed_at: Timestamp) -> Option<Timestamp> {
    let before = &current.state;
    let kept = current.known_period_start();
    // A change that was scheduled comes with the renewal.
    let switched = before.product_id != state.product_id
        && before.pending_product_id.as_ref() != Some(&state.product_id);
    if before.period_end == state.period_end {
        return kept;
    }
    let ended = before.status.is_ended();
    let bought_anew = |at: &Timestamp| {
        *at > before.period_end || (ended && before.started_at.is_none_or(|first| first < *at))
    };
    if let Some(bought_at) = state.started_at.filter(bought_anew) {
        return Some(bought_at);
    }
    if switched {
        let own = state.started_at;
        let own = own.filter(|at| before.started_at.is_some_and(|first| first < *at));
        return Some(own.unwrap_or_else(|| observed_at.min(before.period_end)));
    }
    let ran = before.status.is_running();
    let shortened = state.period_end < before.period_end;
    let topped_up = before.billing.is_prepaid()
        && state.billing.is_prepaid()
        && observed_at < before.period_end;
    if only_grace_told(before) || (ran && shortened) {
        kept
    } else if ran && topped_up {
        kept.or(state.started_at)
    } else if ran {
        Some(before.period_end)
    } else if state.status.is_running() {
        Some(observed_at)
    } else {
        kept
    }
}
