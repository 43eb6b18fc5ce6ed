//! Application of a store's answer to a subscription, without a change of its owner.

use std::collections::BTreeMap;

use super::{Observation, Scope, billing_period};
use crate::{Ownership, PurchaseRef, StoreState, Subscription};

/// Returns the subscription with the answer applied. `state` is applied only if it is `fresh`.
pub(super) fn observed(
    current: Option<&Subscription>,
    seen: &Observation,
    fresh: bool,
    state: StoreState,
    scope: &Scope<'_>,
) -> Subscription {
    let Some(current) = current else {
        return first_seen(seen, state, scope);
    };
    let mut next = current.clone();
    next.updated_at = scope.now;
    // `Freshness::complete` sets it after the events are built, whose snapshots need not contain
    // it.
    next.follow_up = None;
    if fresh {
        let observed_at = seen.snapshot.observed_at;
        billing_period::advance(&mut next, current, &state, observed_at);
        if !state.renewal_is_off() {
            next.cancellation_seen_at = None;
        } else if !current.state.renewal_is_off() {
            next.cancellation_seen_at = Some(scope.now);
        }
        // A customer who has paid keeps access if the broadcaster removes the product from its
        // offer.
        next.offer = seen.offer.clone().or(next.offer);
        next.add_ons.clone_from(&seen.add_ons);
        next.watermark = next.watermark.max(observed_at);
        next.missing = None;
        next.replaced_since = None;
        next.alias = seen.snapshot.alias.clone().or(next.alias);
        if !state.is_the_same_as(&current.state) {
            next.state_as_of = Some(observed_at);
        }
        next.state = state;
    }
    next
}

/// Builds the first subscription of a purchase, which is unbound.
fn first_seen(seen: &Observation, state: StoreState, scope: &Scope<'_>) -> Subscription {
    let snapshot = &seen.snapshot;
    let purchase = PurchaseRef {
        broadcaster: scope.broadcaster_id.clone(),
        store: snapshot.store,
        key: snapshot.purchase_key.clone(),
    };
    Subscription {
        ownership: Ownership::new(&purchase, 1, None, scope.now),
        broadcaster_id: purchase.broadcaster,
        store: purchase.store,
        purchase_key: purchase.key,
        alias: snapshot.alias.clone(),
        environment: scope.environment,
        named_customer: None,
        offer: seen.offer.clone(),
        add_ons: seen.add_ons.clone(),
        trial_unpaid: state.in_trial(),
        period_started_at: None,
        cancellation_seen_at: state.renewal_is_off().then_some(scope.now),
        state,
        version: 0,
        watermark: snapshot.observed_at,
        last_event_at: None,
        missing: None,
        replaced_since: None,
        follow_up: None,
        state_as_of: Some(snapshot.observed_at),
        voided: Vec::new(),
        transfers: Vec::new(),
        updated_at: scope.now,
        unknown: BTreeMap::new(),
    }
}
