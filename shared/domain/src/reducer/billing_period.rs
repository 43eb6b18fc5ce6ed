//! Running period: whether it was paid, and when it began.

use super::changes::{is_paid, only_grace_told};
use crate::{StoreState, Subscription, Timestamp};

/// Updates billing cycle, trial and start of the period for a newly observed state. `next` still
/// has the former state.
pub(super) fn advance(
    next: &mut Subscription,
    current: &Subscription,
    state: &StoreState,
    observed_at: Timestamp,
) {
    let paid = is_paid(&current.state, state);
    let unpaid_trial = current.has_unpaid_trial();
    if state.product_id != current.state.product_id {
        // A discount belongs to one offer and counts the billing cycles of that offer.
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

/// Returns the start of the running period for a store that does not name it, as far as it follows
/// from earlier observations.
///
/// A renewal begins at the end of the former period. A period that is paid after a suspension or
/// after an end begins when that was observed. Topping up a prepaid period extends it and keeps its
/// start, and so does every answer with an unchanged end.
fn start(current: &Subscription, state: &StoreState, observed_at: Timestamp) -> Option<Timestamp> {
    let before = &current.state;
    let kept = current.known_period_start();
    // A scheduled change takes effect with a renewal, so it begins a period as renewals do.
    let switched = before.product_id != state.product_id
        && before.pending_product_id.as_ref() != Some(&state.product_id);
    if before.period_end == state.period_end {
        return kept;
    }
    let ended = before.status.is_ended();
    let bought_anew = |at: &Timestamp| {
        *at > before.period_end || (ended && before.started_at.is_none_or(|first| first < *at))
    };
    // A repeated sign-up continues the subscription, also under a new key (ADR 17). Its own date of
    // purchase is later than the former period then, and is the true start.
    if let Some(bought_at) = state.started_at.filter(bought_anew) {
        return Some(bought_at);
    }
    if switched {
        // An immediate change of plan begins in the middle of a period. Where the store names no
        // date for it, the time of the observation comes closest.
        let own = state.started_at;
        let own = own.filter(|at| before.started_at.is_some_and(|first| first < *at));
        return Some(own.unwrap_or_else(|| observed_at.min(before.period_end)));
    }
    let ran = before.status.is_running();
    let shortened = state.period_end < before.period_end;
    let topped_up = before.billing.is_prepaid()
        && state.billing.is_prepaid()
        && observed_at < before.period_end;
    // A payment during grace pays the period that began with it, whose start is known already. An
    // end that moves back shortens the running period and begins none.
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
