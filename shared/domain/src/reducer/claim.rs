//! Who holds a purchase.

use jiff::SignedDuration;

use super::named_customer::Named;
use super::{Cause, Claim, EventLog, Observation, Scope};
use crate::validation::{ClaimResult, ValidationFailure, ValidationResult};
use crate::{
    ClaimStamp, Coupon, CouponResult, CustomerId, EventKind, OfferRef, Previous, Status,
    Subscription, SubscriptionId, Termination, TerminationReason, TransferPolicy,
};

/// What becomes of the ownership.
pub(super) struct Binding {
    pub(super) owner: Owner,
    /// The answer to the claim, if one was the cause.
    pub(super) answer: Option<ClaimResult>,
    /// The claim, where it is the one by which the customer holds the purchase.
    pub(super) stamp: Option<ClaimStamp>,
    /// The discount that the claim's code brought.
    pub(super) coupon: Option<Coupon>,
}

#[derive(Clone)]
pub(super) enum Owner {
    Unchanged,
    /// Nobody held it.
    First(CustomerId),
    /// Somebody else held it; `transfer` tells whether it was still alive.
    Other {
        customer: CustomerId,
        transfer: bool,
    },
}

impl Binding {
    pub(super) const fn changes_owner(&self) -> bool {
        !matches!(self.owner, Owner::Unchanged)
    }

    const fn unchanged(answer: Option<ClaimResult>) -> Self {
        Self {
            owner: Owner::Unchanged,
            answer,
            stamp: None,
            coupon: None,
        }
    }

    const fn refused(why: ValidationFailure) -> Self {
        Self::unchanged(Some(ClaimResult::Failed(why)))
    }
}

/// Decides who holds the purchase from now on, and how the claim, if one was the cause, ends.
///
/// What the store says of the owner holds whatever becomes of the claim.
pub(super) fn bind(
    current: Option<&Subscription>,
    next: &Subscription,
    seen: &Observation,
    named: Named<'_>,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Binding {
    let mut binding = match cause {
        Cause::Claim(claim) => claimed(current, next, seen, &named, claim, scope),
        Cause::Notification | Cause::Reconciliation => Binding::unchanged(None),
    };
    if !binding.changes_owner() {
        binding.owner = named.owner;
    }
    binding
}

fn claimed(
    current: Option<&Subscription>,
    next: &Subscription,
    seen: &Observation,
    named: &Named<'_>,
    claim: &Claim,
    scope: &Scope<'_>,
) -> Binding {
    if next.state.status == Status::Pending {
        return Binding::unchanged(Some(ClaimResult::Undecided));
    }
    let stamp = ClaimStamp {
        submitted_at: scope.received_at,
        correlation_id: claim.correlation_id,
    };
    let add_ons = seen.add_ons.iter().filter_map(|one| one.offer.as_ref());
    let mut sold = seen.offer.iter().chain(add_ons).peekable();
    if sold.peek().is_some() && sold.all(|sold| names_another(claim, sold)) {
        return Binding::refused(ValidationFailure::OfferMismatch);
    }
    let (coupon, coupon_result) = coupon(claim, next, scope);
    let succeeded = |result, previous| {
        Some(ClaimResult::Succeeded {
            result,
            previous,
            coupon: coupon_result,
        })
    };
    let held = current.and_then(|c| Some((c, c.customer_id.as_ref()?)));
    let suspended = matches!(next.state.status, Status::OnHold | Status::Paused);
    let moved_by_store = matches!(named.owner, Owner::Other { .. });
    // A holder who is suspended holds it still, however long the payment has been failing.
    if let Some((current, holder)) = held.filter(|_| !moved_by_store)
        && *holder == claim.customer_id
        && (suspended || claimable(next, scope))
    {
        let result = if current.state.status.is_ended() {
            ValidationResult::SubscriptionRevived
        } else {
            ValidationResult::SubscriptionSynchronized
        };
        return Binding {
            owner: Owner::Unchanged,
            answer: succeeded(result, None),
            stamp: Some(stamp),
            coupon,
        };
    }
    let is_named = named.customer == Some(&claim.customer_id);
    let may_claim = claimable(next, scope) || (moved_by_store && is_named);
    if !may_claim {
        return Binding::refused(ValidationFailure::PurchaseExpired);
    }
    if next.offer.is_none() {
        return Binding::refused(ValidationFailure::ProductNotMapped);
    }
    if named.customer.is_some() && !is_named {
        return Binding::refused(ValidationFailure::OwnedByAnotherCustomer);
    }
    let Some((current, holder)) = held else {
        return Binding {
            owner: Owner::First(claim.customer_id.clone()),
            answer: succeeded(ValidationResult::SubscriptionCreated, None),
            stamp: Some(stamp),
            coupon,
        };
    };
    if !moved_by_store && !may_move(current, stamp, scope) {
        return Binding::refused(ValidationFailure::OwnedByAnotherCustomer);
    }
    let transfer = !current.state.status.is_ended();
    let answer = if transfer {
        let previous = Some((holder.clone(), current.subscription_id));
        succeeded(ValidationResult::SubscriptionTransferred, previous)
    } else {
        succeeded(ValidationResult::SubscriptionCreated, None)
    };
    Binding {
        owner: Owner::Other {
            customer: claim.customer_id.clone(),
            transfer,
        },
        answer,
        stamp: Some(stamp),
        coupon,
    }
}

/// Whether the claim names an offer that is not the sold one. A country may be left out of an
/// offer's id.
fn names_another(claim: &Claim, sold: &OfferRef) -> bool {
    claim
        .offer_id
        .as_ref()
        .is_some_and(|named| !named.is_or_leaves_out_the_country_of(&sold.offer_id))
}

/// What the claim's coupon code is worth: only the first billing cycle of a subscription without a
/// coupon can take one.
fn coupon(
    claim: &Claim,
    next: &Subscription,
    scope: &Scope<'_>,
) -> (Option<Coupon>, Option<CouponResult>) {
    let Some(named) = &claim.coupon else {
        return (None, None);
    };
    let held = Some(next).filter(|next| next.customer_id.as_ref() == Some(&claim.customer_id));
    if let Some(coupon) = held.and_then(|held| held.coupon.as_ref()) {
        let same = coupon.code == named.code;
        let result = if same {
            CouponResult::Applied
        } else {
            CouponResult::TooLate
        };
        return (None, Some(result));
    }
    if held.is_some_and(|held| held.billing_cycle > 1) {
        return (None, Some(CouponResult::TooLate));
    }
    match named.granted(scope.received_at) {
        Ok(coupon) => (Some(coupon), Some(CouponResult::Applied)),
        Err(why) => (None, Some(why)),
    }
}

/// Only what has not ended can be claimed: its status gives access, or its period still runs.
pub(super) fn claimable(next: &Subscription, scope: &Scope<'_>) -> bool {
    let state = &next.state;
    state.grants_access(scope.now) || (!state.status.is_ended() && state.access_end() > scope.now)
}

fn may_move(current: &Subscription, stamp: ClaimStamp, scope: &Scope<'_>) -> bool {
    let later = current.claim.is_none_or(|held| stamp > held);
    // What has ended has no owner to protect, only the order of claims.
    let allowed = current.state.status.is_ended()
        || (scope.settings.transfer == TransferPolicy::Move
            && recent_transfers(current, scope).count()
                < usize::try_from(scope.settings.transfers_per_day).unwrap_or(usize::MAX));
    later && allowed
}

fn recent_transfers<'a>(
    current: &'a Subscription,
    scope: &Scope<'_>,
) -> impl Iterator<Item = jiff::Timestamp> + 'a {
    let now = scope.now;
    let day = SignedDuration::from_hours(24);
    let recent = move |at: &jiff::Timestamp| now.duration_since(*at) < day;
    current.transfers.iter().copied().filter(recent)
}

/// Makes `next` the new customer's subscription and returns what is left of the old one's.
pub(super) fn hand_over(
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
        former.termination = Some(Termination {
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
    next.generation = old.generation + 1;
    next.subscription_id = SubscriptionId::derive(
        &old.broadcaster_id,
        old.store,
        &old.purchase_key,
        next.generation,
    );
    next.customer_id = Some(customer.clone());
    next.transaction_id = None;
    next.claim = None;
    next.coupon = None;
    next.billing_cycle = 1;
    next.sequence = 0;
    next.last_event_at = former.last_event_at;
    next.created_at = scope.now;
    former
}
