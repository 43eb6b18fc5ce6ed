//! Purchases that replace others: one subscription continues under a new key (ADR 17).

use jiff::SignedDuration;

use super::{Cause, Decision, Observation, Scope, changes, expire, voids};
use crate::validation::{ClaimDecision, ValidationFailure};
use crate::{EventKind, Reading, Status, StoreSnapshot, StoreState, Subscription, Timestamp};

/// Least time for which a replaced purchase keeps its state while its successor has not been seen.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Returns the subscription of the replaced purchase under the key of its successor. `None` if
/// there is none, or if the successor already has an owner of its own.
pub(super) fn carried_on(
    current: Option<&Subscription>,
    seen: &Observation,
) -> Option<Subscription> {
    let old = seen.replaced.as_ref()?;
    if current.is_some_and(|current| current.ownership.customer_id.is_some()) {
        return None;
    }
    let mut carried = old.clone();
    carried.purchase_key = seen.snapshot.purchase_key.clone();
    // Receivers know the subscription by its old id, which it keeps while it continues. One that
    // had ended begins again under its own key.
    let goes_on = old.ownership.customer_id.is_some() && !old.state.status.is_ended();
    carried.ownership.transaction_id = goes_on.then(|| old.transaction_id().clone());
    // The write is conditional on the item under the new key, and not on the one that is carried
    // over.
    carried.version = current.map_or(0, |current| current.version);
    // The old purchase may have been looked up later than this answer began. Its watermark must not
    // make the answer look outdated.
    carried.watermark = old.watermark.min(seen.snapshot.observed_at);
    voids::carry(&mut carried.voided, current);
    Some(carried)
}

/// Returns the events of a replacement. If it changes the product at once, the old transaction ends
/// for receivers and a new one begins; otherwise the old one continues.
pub(super) fn kinds(current: &Subscription, next: &mut Subscription) -> Vec<EventKind> {
    let before = &current.state;
    let switched = before.product_id != next.state.product_id && !next.state.status.is_ended();
    if !switched || before.status.is_ended() || before.status == Status::Pending {
        return changes::kinds(current, &next.state);
    }
    next.ownership.transaction_id = None;
    changes::beginning(EventKind::PlanChanged, &next.state)
}

/// Decides by the answer that another purchase, which has not been seen yet, has replaced this one.
/// That purchase will show how the subscription continues. If it never does, the subscription ends
/// when what was paid is used up.
pub(super) fn reduce_replaced(
    current: Option<&Subscription>,
    snapshot: &StoreSnapshot,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Decision {
    let refused = ClaimDecision::Failed(ValidationFailure::PurchaseReplaced);
    let mut decision = Decision::untouched(cause.claim().map(|_| refused));
    let Some(current) = current else {
        return decision;
    };
    if snapshot.observed_at < current.watermark || current.state.status.is_ended() {
        return decision;
    }
    let since = current.replaced_since.unwrap_or(snapshot.observed_at);
    let mut next = current.clone();
    next.updated_at = scope.now;
    next.watermark = snapshot.observed_at;
    next.missing = None;
    next.replaced_since = Some(since);
    if snapshot.observed_at >= patience_ends(current, since) {
        decision.events = expire::expire(current, &mut next, cause, scope);
    }
    decision.next = Some(next);
    decision
}

/// Builds the observation that a purchase has ended because `successor` has replaced it. `None` if
/// it had ended before, or if a newer observation is stored.
pub(super) fn superseded(current: &Subscription, successor: &StoreSnapshot) -> Option<Observation> {
    let observed_at = successor.observed_at;
    if current.state.status.is_ended() || current.watermark > observed_at {
        return None;
    }
    let ended = StoreState {
        status: Status::Expired,
        period_end: current.state.period_end.min(observed_at),
        grace_end: None,
        auto_renew: false,
        pending_product_id: None,
        ..current.state.clone()
    };
    let snapshot = StoreSnapshot::new(
        current.store,
        current.purchase_key.clone(),
        Reading::Known(ended),
        observed_at,
    );
    Some(Observation::new(snapshot, current.offer.clone()))
}

/// Returns when a replaced purchase ends if its successor is never seen: when what was paid is used
/// up, at the earliest a day after `since`.
pub(crate) fn patience_ends(subscription: &Subscription, since: Timestamp) -> Timestamp {
    let waited = since.checked_add(PATIENCE).unwrap_or(since);
    waited.max(subscription.state.access_end())
}
