//! Customer whom the store names (ADR 28).

use super::ownership::{Owner, claimable};
use super::{Observation, Scope};
use crate::{CustomerId, Status, StoreState, Subscription};

/// Customer whom the store names, and the resulting ownership.
pub(super) struct Named<'a> {
    /// Named customer, if the store names one.
    pub(super) customer: Option<&'a CustomerId>,
    /// Ownership before any claim is considered.
    pub(super) owner: Owner,
}

/// Decides the ownership by the customer whom the store names.
///
/// A purchase without an owner goes to the named customer. A purchase of another owner goes to the
/// named customer only for a new payment: after an end, by a purchase that replaces another one, or
/// if the store named a different customer before. A name that first appears on a running payment
/// changes nothing, because that is what a broadcaster's new `accountIdPattern` looks like.
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

/// Returns the name to store beside a newly applied state: the customer whom the store names for
/// its payment. A state that has ended or is not paid yet keeps the former name, so that the next
/// payment still counts as a new one.
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
    // A claim of a product without an offer fails, so the store's name does not give it to anybody
    // either.
    next.offer.is_some() && alive(next.state.status)
}

const fn alive(status: Status) -> bool {
    !status.is_ended() && !matches!(status, Status::Pending)
}

/// Whether `next` shows a new payment by the named customer, and not the one by which the owner got
/// the purchase.
fn has_paid(before: &Subscription, next: &StoreState, named: &CustomerId) -> bool {
    if !alive(before.state.status) {
        return true;
    }
    // Items of earlier versions do not store the name. An owner without a claim was named by the
    // store.
    let by_store = before
        .ownership
        .customer_id
        .as_ref()
        .filter(|_| before.ownership.claim.is_none());
    match before.named_customer.as_ref().or(by_store) {
        Some(earlier) => earlier != named,
        // The store has named nobody until now. Its name alone could be a new setting, so it needs
        // a sign of a new payment beside it.
        None => is_bought_again(&before.state, next),
    }
}

fn is_bought_again(before: &StoreState, next: &StoreState) -> bool {
    let reactivated = before.renewal_is_off() && !next.renewal_is_off();
    let another_order = match (&before.order_id, &next.order_id) {
        (Some(before), Some(next)) => before != next,
        // Not every store has order ids; a later end is then the only trace of a payment.
        _ => before.period_end < next.period_end,
    };
    reactivated || another_order || before.product_id != next.product_id
}
