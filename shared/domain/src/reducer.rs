//! The rules. One pure function decides every change of every subscription.

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
use ownership::Owner;

pub use acknowledgement::reduce_acknowledged;
pub use decision::Decision;
pub use follow_up::{FOLLOW_UPS, FollowUp};
pub use missing::{CHECKS_BEFORE_ENDING, reduce_missing};
pub use observation::{Cause, Claim, Observation, Scope};
pub(crate) use replacement::patience_ends;
pub use resend::reduce_resend;

/// Decides what an observation means for a purchase.
///
/// - An observation older than the watermark changes nothing that the store decides; one of the same
///   age may be applied again. The claim that came with it is still answered, on the stored state.
/// - A payment that was taken back counts at any time, however old the answer is.
/// - An unknown status keeps the state. So does, for a while, a purchase that another one has replaced:
///   the other one shows how the subscription goes on.
/// - A purchase that takes over carries on the subscription of the one it replaces.
/// - What was bought once lasts as long as its offer says.
/// - The customer whom the store names for a payment holds the purchase, whoever held it before.
/// - An unbound purchase has no events.
/// - An answer that lags behind what the store has announced is followed up ([`FOLLOW_UPS`]);
///   until it has caught up, the known state counts, or the signed one of what was paid again.
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
        ..Decision::untouched(binding.answer)
    };
    if !fresh && !voided && !binding.owner.changes() {
        decision.unknown_status = None;
        decision.next = binding.stamp.map(|stamp| stamped(next, stamp, scope));
        return decision;
    }
    if current.is_none() && matches!(decision.claim, Some(ClaimDecision::Failed(_))) {
        return decision;
    }
    if fresh {
        next.named_customer = named_customer::remembered(current, &next.state, seen, taken_over);
    }
    let mut log = EventLog::new(cause, scope);
    decision.former = ownership::apply(&binding.owner, current, &mut next, &mut log, scope);
    next.ownership.claim = next.ownership.claim.max(binding.stamp);
    next.ownership.coupon = binding.coupon.or(next.ownership.coupon);
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

/// Decides the end of a purchase that `successor` has replaced although both have an owner: an app was
/// quicker than the store, so there are two subscriptions, and the old one is not carried on.
///
/// One that has ended, or of which something newer is known, is left as it is: the decision has no
/// `next`.
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

/// The stored purchase with nothing new but a later claim of its owner.
fn stamped(mut next: Subscription, stamp: ClaimStamp, scope: &Scope<'_>) -> Subscription {
    next.ownership.claim = next.ownership.claim.max(Some(stamp));
    next.updated_at = scope.now;
    next
}

/// What events depend on beside the new state.
struct OwnedChange<'a> {
    before: Option<&'a Subscription>,
    owner: &'a Owner,
    /// The ended subscription of the owner before.
    former: Option<&'a Subscription>,
    taken_over: bool,
}

impl OwnedChange<'_> {
    /// Records the events that lead to `next`, which has an owner or none.
    fn record(&self, next: &mut Subscription, log: &mut EventLog) {
        if next.ownership.customer_id.is_none() {
            return;
        }
        let transferred = self
            .former
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
