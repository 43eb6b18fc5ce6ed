//! Rules of subscriptions: one pure function decides every change.

mod acknowledgement;
mod billing_period;
mod changes;
mod claim;
mod classification;
mod decision;
mod event_log;
mod expire;
mod follow_up;
mod missing;
mod named_customer;
mod observation;
mod observed;
mod ownership;
mod rental;
mod replacement;
mod resend;
mod voids;

use std::ops::ControlFlow;

use crate::validation::ClaimDecision;
use crate::{ClaimStamp, EventKind, Previous, StoreSnapshot, Subscription};

use classification::classify;
use event_log::EventLog;
use follow_up::Freshness;
use observed::observed;
use ownership::{Binding, Owner};

pub use acknowledgement::reduce_acknowledged;
pub use decision::Decision;
pub use follow_up::{FOLLOW_UPS, FollowUp};
pub use missing::{CHECKS_BEFORE_ENDING, reduce_missing};
pub use observation::{Cause, Claim, Observation, Scope};
pub(crate) use replacement::patience_ends;
pub use resend::reduce_resend;

/// Decides what an observation means for a purchase.
///
/// - An observation older than the watermark changes nothing that the store decides; one of the
///   same age may be applied again. A claim that came with it is decided on the stored state.
/// - A voided payment counts at any time, however old the answer is.
/// - An unknown status keeps the state. So does, for a while, the answer that another purchase has
///   replaced this one, because that one shows how the subscription continues.
/// - A purchase that replaces another one continues its subscription.
/// - A one-time purchase lasts as long as its offer says.
/// - The customer whom the store names for a new payment owns the purchase, whoever owned it
///   before.
/// - An unbound purchase has no events.
/// - An answer that lags behind what the store has announced is followed up ([`FOLLOW_UPS`]). Until
///   it has caught up, the stored state counts, or the signed one of a purchase that was paid
///   again.
///
/// The version of `next` is that of `current`: the storage layer counts writes.
#[must_use]
pub fn reduce(
    current: Option<&Subscription>,
    seen: &Observation,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Decision {
    let freshness = Freshness::of(current, seen, cause, scope);
    let mut decision = decide(current, &freshness.observation(seen), cause, scope);
    freshness.complete(current, seen.snapshot.observed_at, &mut decision);
    decision
}

fn decide(
    current: Option<&Subscription>,
    seen: &Observation,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Decision {
    let carried_on = replacement::carried_on(current, seen);
    let taken_over = carried_on.is_some();
    let current = carried_on.as_ref().or(current);
    let answer = match classify(current, seen, cause, scope) {
        ControlFlow::Continue(answer) => answer,
        ControlFlow::Break(decision) => return decision,
    };
    let (fresh, voided) = (answer.fresh, answer.voided);
    let mut next = observed(current, seen, fresh, answer.state, scope);
    voids::apply(&mut next, seen.voided.as_ref());
    let named = named_customer::decide(current, &next, seen, fresh, taken_over, scope);
    let binding = claim::bind(current, &next, seen, named, cause, scope);
    let mut decision = Decision {
        unmapped_product: fresh && seen.offer.is_none(),
        unknown_status: answer.unknown_status,
        ..Decision::untouched(binding.answer.clone())
    };
    // An answer that was overtaken decides nothing, so its unknown status raises no alarm either.
    if !fresh && !voided && !binding.owner.changes() {
        decision.unknown_status = None;
        decision.next = binding.stamp.map(|stamp| stamped(next, stamp, scope));
        return decision;
    }
    // Not stored: nobody owns it, so there is nothing to check or to announce.
    if current.is_none() && matches!(decision.claim, Some(ClaimDecision::Failed(_))) {
        return decision;
    }
    if fresh {
        next.named_customer = named_customer::remembered(current, &next.state, seen, taken_over);
    }
    let log = EventLog::new(cause, scope);
    settle(decision, current, next, &binding, taken_over, log, scope)
}

/// Settles who owns the purchase, and derives the events of the change.
fn settle(
    mut decision: Decision,
    current: Option<&Subscription>,
    mut next: Subscription,
    binding: &Binding,
    taken_over: bool,
    mut log: EventLog,
    scope: &Scope<'_>,
) -> Decision {
    decision.former = ownership::apply(&binding.owner, current, &mut next, &mut log, scope);
    // The later of the two: an older claim of the owner that is processed late must not let a claim
    // between them take the purchase (ADR 8).
    next.ownership.claim = next.ownership.claim.max(binding.stamp);
    next.ownership.coupon = binding.coupon.clone().or(next.ownership.coupon);
    let change = OwnedChange {
        before: current,
        owner: &binding.owner,
        former: decision.former.as_ref(),
        taken_over,
    };
    change.record(&mut next, &mut log);
    decision.events = log.events;
    decision.next = Some(next);
    decision
}

/// Decides the end of a purchase that `successor` has replaced, although both have an owner: an app
/// submitted the new one before the store named the old one, so there are two subscriptions.
///
/// A purchase that has ended, or of which a newer observation is stored, stays unchanged: the
/// decision has no `next`.
#[must_use]
pub fn reduce_superseded(
    current: &Subscription,
    successor: &StoreSnapshot,
    scope: &Scope<'_>,
) -> Decision {
    match replacement::superseded(current, successor) {
        Some(seen) => reduce(Some(current), &seen, &Cause::Notification, scope),
        None => Decision::untouched(None),
    }
}

/// Returns the stored purchase with a later claim of its owner and no other change.
fn stamped(mut next: Subscription, stamp: ClaimStamp, scope: &Scope<'_>) -> Subscription {
    next.ownership.claim = next.ownership.claim.max(Some(stamp));
    next.updated_at = scope.now;
    next
}

/// Change of a purchase, as far as its events depend on more than the new state.
struct OwnedChange<'a> {
    before: Option<&'a Subscription>,
    owner: &'a Owner,
    /// Ended subscription of the former owner.
    former: Option<&'a Subscription>,
    taken_over: bool,
}

impl OwnedChange<'_> {
    /// Records the events of the change to `next`; none if that has no owner.
    fn record(&self, next: &mut Subscription, log: &mut EventLog) {
        if next.ownership.customer_id.is_none() {
            return;
        }
        let transferred = self
            .former
            // A former owner's subscription that had already ended was not transferred: the
            // purchase was bought anew, and nothing ends for that customer now.
            .filter(|former| former.ownership.termination.is_some());
        let kinds = match (self.owner, self.before) {
            (Owner::Unchanged, Some(before)) if self.taken_over => replacement::kinds(before, next),
            (Owner::Unchanged, Some(before)) => changes::kinds(before, &next.state),
            _ if transferred.is_some() => changes::beginning(EventKind::TransferredIn, &next.state),
            _ => changes::beginning(EventKind::Purchased, &next.state),
        };
        for kind in kinds {
            let previous = previous(self.before, next, transferred, kind);
            log.record(next, kind, previous);
        }
    }
}

fn previous(
    current: Option<&Subscription>,
    next: &Subscription,
    transferred_from: Option<&Subscription>,
    kind: EventKind,
) -> Option<Previous> {
    let current = current.filter(|c| c.ownership.customer_id.is_some())?;
    let transferred = transferred_from.filter(|_| kind == EventKind::TransferredIn);
    let renamed = current.transaction_id() != next.transaction_id();
    Some(Previous {
        status: current.state.status,
        product_id: current.state.product_id.clone(),
        period_end: current.state.period_end,
        transaction_id: renamed.then(|| current.transaction_id().clone()),
        package_name: current
            .offer
            .as_ref()
            .filter(|_| renamed)
            .map(|offer| offer.package_name.clone()),
        customer_id: transferred.and_then(|f| f.ownership.customer_id.clone()),
        subscription_id: transferred.map(|f| f.ownership.subscription_id),
    })
}
