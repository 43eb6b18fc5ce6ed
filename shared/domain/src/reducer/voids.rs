//! Payments that the store took back, by a word that its answers may not show yet.

use super::Observation;
use crate::{Status, Subscription, VoidedPayment};

/// So many are remembered; an older one is about a payment that has long been followed by others.
const REMEMBERED: usize = 10;

/// Whether the word that led here says something that is not remembered yet.
pub(super) fn is_news(current: Option<&Subscription>, seen: &Observation) -> bool {
    let known = |void: &VoidedPayment| current.is_some_and(|current| remembers(current, void));
    seen.voided.as_ref().is_some_and(|void| !known(void))
}

/// Remembers what was taken back, and ends the purchase if that was its last payment, whatever the
/// store's answer still says.
pub(super) fn apply(next: &mut Subscription, voided: Option<&VoidedPayment>) {
    if let Some(void) = voided
        && !remembers(next, void)
    {
        next.voided.push(void.clone());
        let excess = next.voided.len().saturating_sub(REMEMBERED);
        next.voided.drain(..excess);
    }
    if let Some(void) = next.voided.iter().find(|void| ends(void, next)) {
        let at = void.at;
        next.state.status = Status::Revoked;
        next.state.auto_renew = false;
        next.state.grace_end = None;
        next.state.revoked_at = next.state.revoked_at.or(Some(at));
    }
}

/// A payment is taken back once, a purchase as a whole perhaps again after it was paid again.
fn remembers(subscription: &Subscription, void: &VoidedPayment) -> bool {
    subscription.voided.iter().any(|other| {
        other.order_id == void.order_id && (void.order_id.is_some() || other.at == void.at)
    })
}

/// Makes the words about a replaced purchase those about its successor: a payment may be the last of
/// both, but what took back the old one as a whole says nothing of the new one.
pub(super) fn carry(voided: &mut Vec<VoidedPayment>, successor: Option<&Subscription>) {
    voided.retain(|void| void.order_id.is_some());
    let own = successor.iter().flat_map(|successor| &successor.voided);
    voided.extend(own.cloned());
}

/// A purchase as a whole is only believed to be taken back once the store says that it has ended, and
/// if nothing was paid since.
fn ends(void: &VoidedPayment, subscription: &Subscription) -> bool {
    let state = &subscription.state;
    match &void.order_id {
        Some(_) => void.order_id == state.order_id,
        None => {
            let paid_at = subscription.known_period_start().or(state.started_at);
            state.status == Status::Expired && paid_at.is_none_or(|paid_at| paid_at <= void.at)
        }
    }
}
