//! Voided payments, as notifications report them; the store's answers may not show them yet (ADR
//! 19).

use super::Observation;
use crate::{Status, Subscription, VoidedPayment};

/// Number of voided payments that are remembered. Older ones concern payments that have long been
/// followed by others.
const REMEMBERED: usize = 10;

/// Whether the observation comes with a voided payment that is not remembered yet.
pub(super) fn is_news(current: Option<&Subscription>, seen: &Observation) -> bool {
    let known = |void: &VoidedPayment| current.is_some_and(|current| remembers(current, void));
    seen.voided.as_ref().is_some_and(|void| !known(void))
}

/// Remembers a voided payment, and revokes the purchase if it was the last payment, whatever the
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
        // The store's own time of the refund is better, if its answer already has one.
        next.state.revoked_at = next.state.revoked_at.or(Some(at));
    }
}

/// Whether a voided payment is remembered. A payment is voided once; a purchase as a whole may be
/// voided again after it was paid again, so its time counts as well.
fn remembers(subscription: &Subscription, void: &VoidedPayment) -> bool {
    subscription.voided.iter().any(|other| {
        other.order_id == void.order_id && (void.order_id.is_some() || other.at == void.at)
    })
}

/// Merges the voided payments of a replaced purchase with those of its successor. A payment may be
/// the last one of both; one that voided the old purchase as a whole says nothing about the new
/// one.
pub(super) fn carry(voided: &mut Vec<VoidedPayment>, successor: Option<&Subscription>) {
    voided.retain(|void| void.order_id.is_some());
    let own = successor.iter().flat_map(|successor| &successor.voided);
    voided.extend(own.cloned());
}

/// Whether a voided payment ends the purchase: it was the last one, or it voided the purchase as a
/// whole, the store says that the purchase has ended, and no period began since.
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
