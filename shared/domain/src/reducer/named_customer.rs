//! The customer whom the store itself names.

use super::ownership::{Owner, claimable};
use super::{Observation, Scope};
use crate::{CustomerId, Status, StoreState, Subscription};

/// The store's word on whose the purchase is, and what it makes of the ownership.
pub(super) struct Named<'a> {
    /// The customer, where the store names one.
    pub(super) customer: Option<&'a CustomerId>,
    /// The ownership, before any claim is considered.
    pub(super) owner: Owner,
}

/// Decides what the store's word does to the ownership.
///
/// A purchase without a holder goes to the named customer. One with another holder does so where the
/// named customer has paid: after an end, by a purchase that takes over, or because the store has
/// come to name somebody else. A name that only appears for a payment which is held already takes
/// nothing: that is how a broadcaster's new setting looks.
pub(super) fn decide<'a>(
    current: Option<&'a Subscription>,
    next: &Subscription,
    seen: &'a Observation,
    fresh: bool,
    taken_over: bool,
    scope: &Scope<'_>,
) -> Named<'a> {
    let said = seen.snapshot.account.as_ref();
    let remembered = current.and_then(|current| current.named_customer.as_ref());
    let customer = if fresh { said } else { remembered.or(said) };
    let owner = customer.map_or(Owner::Unchanged, |customer| {
        let Some((before, holder)) =
            current.and_then(|c| Some((c, c.ownership.customer_id.as_ref()?)))
        else {
            return if binds(next) && claimable(next, scope) {
                Owner::First(customer.clone())
            } else {
                Owner::Unchanged
            };
        };
        let counts = fresh && customer != holder && binds(next);
        if counts && (taken_over || has_paid(before, &next.state, customer)) {
            Owner::Other {
                customer: customer.clone(),
                transfer: !before.state.status.is_ended(),
            }
        } else {
            Owner::Unchanged
        }
    });
    Named { customer, owner }
}

/// The name to be remembered beside a newly applied state: the store's word on its payment. One that
/// is over or not paid yet leaves it as it was, so that the next payment still counts as a new one.
pub(super) fn remembered(
    current: Option<&Subscription>,
    state: &StoreState,
    seen: &Observation,
    taken_over: bool,
) -> Option<CustomerId> {
    let kept = current.and_then(|current| current.named_customer.clone());
    if !alive(state.status) {
        return kept;
    }
    let anew = taken_over || current.is_some_and(|current| !alive(current.state.status));
    seen.snapshot.account.clone().or(kept.filter(|_| !anew))
}

fn binds(next: &Subscription) -> bool {
    next.offer.is_some() && alive(next.state.status)
}

const fn alive(status: Status) -> bool {
    !status.is_ended() && !matches!(status, Status::Pending)
}

/// Whether the payment that `next` shows is the named customer's and not the one by which the holder
/// came to hold the purchase.
fn has_paid(before: &Subscription, next: &StoreState, named: &CustomerId) -> bool {
    if !alive(before.state.status) {
        return true;
    }
    // Who holds it without a claim was named by the store.
    let by_store = before
        .ownership
        .customer_id
        .as_ref()
        .filter(|_| before.ownership.claim.is_none());
    match before.named_customer.as_ref().or(by_store) {
        Some(earlier) => earlier != named,
        None => is_bought_again(&before.state, next),
    }
}

fn is_bought_again(before: &StoreState, next: &StoreState) -> bool {
    let reactivated = before.renewal_is_off() && !next.renewal_is_off();
    let another_order = match (&before.order_id, &next.order_id) {
        (Some(before), Some(next)) => before != next,
        _ => before.period_end < next.period_end,
    };
    reactivated || another_order || before.product_id != next.product_id
}
