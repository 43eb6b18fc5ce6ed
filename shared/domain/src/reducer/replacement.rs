//! A purchase that takes over from another: one subscription, under a new key.

use jiff::SignedDuration;

use super::{Cause, Decision, Observation, Scope, changes, expire, voids};
use crate::validation::{ClaimDecision, ValidationFailure};
use crate::{EventKind, Reading, Status, StoreSnapshot, StoreState, Subscription, Timestamp};

/// How long a purchase that another one has replaced keeps its state while that one is not seen.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// The subscription of the replaced purchase under the key of the one that takes over. `None` where
/// there is none, or where the new purchase has an owner of its own already.
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
    // Receivers know what has ended by its old name; what begins anew gets a new one.
    let goes_on = old.ownership.customer_id.is_some() && !old.state.status.is_ended();
    carried.ownership.transaction_id = goes_on.then(|| old.transaction_id().clone());
    carried.version = current.map_or(0, |current| current.version);
    carried.watermark = old.watermark.min(seen.snapshot.observed_at);
    voids::carry(&mut carried.voided, current);
    Some(carried)
}

/// The events of taking over. With another product at once, receivers hear that the old transaction
/// is over and a new one begins; otherwise the old one goes on.
pub(super) fn kinds(current: &Subscription, next: &mut Subscription) -> Vec<EventKind> {
    let before = &current.state;
    let switched = before.product_id != next.state.product_id && !next.state.status.is_ended();
    if !switched || before.status.is_ended() || before.status == Status::Pending {
        return changes::kinds(current, &next.state);
    }
    next.ownership.transaction_id = None;
    changes::beginning(EventKind::PlanChanged, &next.state)
}

/// Decides what it means that another purchase has taken over which was not seen yet. It will tell
/// how the subscription goes on; should it never show, the subscription ends with what was paid.
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

/// The observation that a purchase has ended because `successor` has replaced it. `None` if it has ended
/// before, or if something newer is known of it.
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

/// When a replaced purchase ends whose successor was not seen: when what was paid is used up, and
/// not before a day has passed.
pub(crate) fn patience_ends(subscription: &Subscription, since: Timestamp) -> Timestamp {
    let waited = since.checked_add(PATIENCE).unwrap_or(since);
    waited.max(subscription.state.access_end())
}
