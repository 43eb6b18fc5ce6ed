//! Claims: customers submit purchases as theirs.

use super::named_customer::Named;
use super::ownership::{Binding, Owner, claimable, recent_transfers};
use super::{Cause, Claim, Observation, Scope};
use crate::validation::{ClaimDecision, ClaimEffect, ValidationFailure};
use crate::{
    ClaimStamp, Coupon, CouponResult, CustomerId, OfferRef, Status, Subscription, SubscriptionId,
    TransferPolicy,
};

/// Decides who owns the purchase from now on, and how the claim ends if one was the cause.
///
/// The customer whom the store names becomes the owner even if the claim fails.
pub(super) fn bind(
    current: Option<&Subscription>,
    next: &Subscription,
    seen: &Observation,
    named: Named<'_>,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Binding {
    let mut binding = match cause {
        Cause::Claim(claim) => decide(current, next, seen, &named, claim, scope),
        Cause::Notification | Cause::Reconciliation => Binding::unchanged(None),
    };
    if !binding.owner.changes() {
        binding.owner = named.owner;
    }
    binding
}

/// Decides how a claim ends, and who owns the purchase after it.
fn decide(
    current: Option<&Subscription>,
    next: &Subscription,
    seen: &Observation,
    named: &Named<'_>,
    claim: &Claim,
    scope: &Scope<'_>,
) -> Binding {
    // The payment may still succeed or fail, so neither outcome would be right.
    if next.state.status == Status::Pending {
        return Binding::unchanged(Some(ClaimDecision::Undecided));
    }
    if sells_other_offers(claim, seen) {
        return Binding::refused(ValidationFailure::OfferMismatch);
    }
    let grant = Grant::new(claim, next, scope);
    // If the store names another customer for a new payment, the former owner's claim is decided
    // like anybody else's.
    let moved_by_store = matches!(named.owner, Owner::Other { .. });
    let held = current.and_then(|current| Some((current, current.ownership.customer_id.as_ref()?)));
    if let Some((current, holder)) = held.filter(|_| !moved_by_store)
        && *holder == claim.customer_id
        && still_holds(next, scope)
    {
        return grant.synchronized(current);
    }
    if let Some(why) = refusal(next, named, claim, scope) {
        return Binding::refused(why);
    }
    match held {
        None => grant.created(Owner::First(claim.customer_id.clone())),
        Some((current, _)) if !moved_by_store && !may_move(current, grant.stamp, scope) => {
            Binding::refused(ValidationFailure::OwnedByAnotherCustomer)
        }
        Some((current, holder)) => grant.moved(current, holder, &claim.customer_id),
    }
}

/// Effects of a successful claim besides the ownership.
struct Grant {
    stamp: ClaimStamp,
    coupon: Option<Coupon>,
    coupon_result: Option<CouponResult>,
}

impl Grant {
    fn new(claim: &Claim, next: &Subscription, scope: &Scope<'_>) -> Self {
        let (coupon, coupon_result) = coupon(claim, next, scope);
        Self {
            stamp: ClaimStamp {
                submitted_at: scope.received_at,
                correlation_id: claim.correlation_id,
            },
            coupon,
            coupon_result,
        }
    }

    /// Builds the result for a customer who already owns the purchase.
    fn synchronized(self, current: &Subscription) -> Binding {
        let result = if current.state.status.is_ended() {
            ClaimEffect::SubscriptionRevived
        } else {
            ClaimEffect::SubscriptionSynchronized
        };
        self.binding(Owner::Unchanged, result, None)
    }

    fn created(self, owner: Owner) -> Binding {
        self.binding(owner, ClaimEffect::SubscriptionCreated, None)
    }

    /// Builds the result for a purchase that another customer owned.
    fn moved(self, current: &Subscription, holder: &CustomerId, customer: &CustomerId) -> Binding {
        let transfer = !current.state.status.is_ended();
        let owner = Owner::Other {
            customer: customer.clone(),
            transfer,
        };
        if transfer {
            let previous = (holder.clone(), current.ownership.subscription_id);
            self.binding(owner, ClaimEffect::SubscriptionTransferred, Some(previous))
        } else {
            self.created(owner)
        }
    }

    fn binding(
        self,
        owner: Owner,
        result: ClaimEffect,
        previous: Option<(CustomerId, SubscriptionId)>,
    ) -> Binding {
        Binding {
            owner,
            answer: Some(ClaimDecision::Succeeded {
                result,
                previous,
                coupon: self.coupon_result,
            }),
            stamp: Some(self.stamp),
            coupon: self.coupon,
        }
    }
}

/// Whether the claim names an offer, the sold products have offers, and none of them is that one.
fn sells_other_offers(claim: &Claim, seen: &Observation) -> bool {
    let add_ons = seen.add_ons.iter().filter_map(|one| one.offer.as_ref());
    let mut sold = seen.offer.iter().chain(add_ons).peekable();
    sold.peek().is_some() && sold.all(|sold| names_another(claim, sold))
}

/// Whether the owner of a purchase still owns it. An owner whose access is suspended does, however
/// long the payment has been failing.
fn still_holds(next: &Subscription, scope: &Scope<'_>) -> bool {
    let suspended = matches!(next.state.status, Status::OnHold | Status::Paused);
    suspended || claimable(next, scope)
}

/// Returns the reason for which a customer who does not own the purchase can't get it, whoever owns
/// it.
fn refusal(
    next: &Subscription,
    named: &Named<'_>,
    claim: &Claim,
    scope: &Scope<'_>,
) -> Option<ValidationFailure> {
    let is_named = named.customer == Some(&claim.customer_id);
    let given_by_store = matches!(named.owner, Owner::Other { .. }) && is_named;
    if !claimable(next, scope) && !given_by_store {
        Some(ValidationFailure::PurchaseExpired)
    } else if next.offer.is_none() {
        Some(ValidationFailure::ProductNotMapped)
    } else if named.customer.is_some() && !is_named {
        Some(ValidationFailure::OwnedByAnotherCustomer)
    } else {
        None
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

/// Returns the discount of the claim's coupon code and the result for the submitter. Only a
/// subscription in its first billing cycle and without a coupon can get one.
fn coupon(
    claim: &Claim,
    next: &Subscription,
    scope: &Scope<'_>,
) -> (Option<Coupon>, Option<CouponResult>) {
    let Some(named) = &claim.coupon else {
        return (None, None);
    };
    let held =
        Some(next).filter(|next| next.ownership.customer_id.as_ref() == Some(&claim.customer_id));
    if let Some(coupon) = held.and_then(|held| held.ownership.coupon.as_ref()) {
        // Apps submit a purchase again at each start, with the same code. That must not read like a
        // second coupon.
        let same = coupon.code == named.code;
        let result = if same {
            CouponResult::Applied
        } else {
            CouponResult::TooLate
        };
        return (None, Some(result));
    }
    if held.is_some_and(|held| held.ownership.billing_cycle > 1) {
        return (None, Some(CouponResult::TooLate));
    }
    match named.granted(scope.received_at) {
        Ok(coupon) => (Some(coupon), Some(CouponResult::Applied)),
        Err(why) => (None, Some(why)),
    }
}

fn may_move(current: &Subscription, stamp: ClaimStamp, scope: &Scope<'_>) -> bool {
    let later = current.ownership.claim.is_none_or(|held| stamp > held);
    // The owner of an ended purchase needs no protection; only the order of claims counts.
    let allowed = current.state.status.is_ended()
        || (scope.settings.transfer == TransferPolicy::Move
            && recent_transfers(current, scope).count()
                < usize::try_from(scope.settings.transfers_per_day).unwrap_or(usize::MAX));
    later && allowed
}
