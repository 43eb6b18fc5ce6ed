//! Changes of the customer who owns a purchase.

use jiff::SignedDuration;

use super::{EventLog, Scope};
use crate::validation::{ClaimDecision, ValidationFailure};
use crate::{
    ClaimStamp, Coupon, CustomerId, EventKind, Ownership, Previous, Subscription, Termination,
    TerminationReason,
};

/// Ownership after a decision, and the result of the claim.
pub(super) struct Binding {
    pub(super) owner: Owner,
    /// Result of the claim, if one was the cause.
    pub(super) answer: Option<ClaimDecision>,
    /// Claim by which the customer owns the purchase, if it succeeded.
    pub(super) stamp: Option<ClaimStamp>,
    /// Discount of the claim's coupon code.
    pub(super) coupon: Option<Coupon>,
}

#[derive(Clone)]
pub(super) enum Owner {
    Unchanged,
    /// Nobody owned it before.
    First(CustomerId),
    /// Somebody else owned it before; `transfer` if that subscription had not ended.
    Other {
        customer: CustomerId,
        transfer: bool,
    },
}

impl Owner {
    pub(super) const fn changes(&self) -> bool {
        !matches!(self, Self::Unchanged)
    }
}

impl Binding {
    pub(super) const fn unchanged(answer: Option<ClaimDecision>) -> Self {
        Self {
            owner: Owner::Unchanged,
            answer,
            stamp: None,
            coupon: None,
        }
    }

    pub(super) const fn refused(why: ValidationFailure) -> Self {
        Self::unchanged(Some(ClaimDecision::Failed(why)))
    }
}

/// Makes `next` the subscription of the decided owner. Returns the ended subscription of the former
/// owner, if there was one.
pub(super) fn apply(
    owner: &Owner,
    current: Option<&Subscription>,
    next: &mut Subscription,
    log: &mut EventLog,
    scope: &Scope<'_>,
) -> Option<Subscription> {
    match (owner, current) {
        (Owner::First(customer), _) => {
            next.ownership.customer_id = Some(customer.clone());
            None
        }
        (Owner::Other { customer, transfer }, Some(old)) => {
            Some(hand_over(next, old, customer, *transfer, log, scope))
        }
        (Owner::Unchanged, _) | (Owner::Other { .. }, None) => None,
    }
}

/// Whether a purchase can be claimed: it grants access, or it has not ended and its period still
/// runs.
pub(super) fn claimable(next: &Subscription, scope: &Scope<'_>) -> bool {
    let state = &next.state;
    state.grants_access(scope.now) || (!state.status.is_ended() && state.access_end() > scope.now)
}

/// Returns the transfers of the last 24 hours.
pub(super) fn recent_transfers<'a>(
    current: &'a Subscription,
    scope: &Scope<'_>,
) -> impl Iterator<Item = jiff::Timestamp> + 'a {
    let now = scope.now;
    let day = SignedDuration::from_hours(24);
    let recent = move |at: &jiff::Timestamp| now.duration_since(*at) < day;
    current.transfers.iter().copied().filter(recent)
}

/// Makes `next` the new customer's subscription and returns the old customer's.
fn hand_over(
    next: &mut Subscription,
    old: &Subscription,
    customer: &CustomerId,
    transfer: bool,
    log: &mut EventLog,
    scope: &Scope<'_>,
) -> Subscription {
    let mut former = old.clone();
    former.updated_at = scope.now;
    if transfer {
        former.ownership.termination = Some(Termination {
            at: scope.now,
            reason: TerminationReason::Transferred,
        });
        let previous = Previous {
            status: old.state.status,
            product_id: old.state.product_id.clone(),
            period_end: old.state.period_end,
            transaction_id: None,
            package_name: None,
            customer_id: None,
            subscription_id: None,
        };
        log.record(&mut former, EventKind::TransferredOut, Some(previous));
        next.transfers = recent_transfers(old, scope).chain([scope.now]).collect();
    }
    let generation = old.ownership.generation + 1;
    let customer = Some(customer.clone());
    next.ownership = Ownership::new(&old.purchase(), generation, customer, scope.now);
    // Receivers know both subscriptions by one transaction id, so the new one's events must be
    // later than the old one's (ADR 6).
    next.last_event_at = former.last_event_at;
    former
}
