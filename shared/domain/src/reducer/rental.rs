//! Duration of one-time purchases (ADR 22).

use jiff::SignedDuration;

use super::Observation;
use crate::{OfferRef, Status, StoreState, Subscription, Timestamp};

/// Returns the state of a one-time purchase with the end that its offer sets; any other state
/// unchanged.
///
/// The end is fixed when the purchase is first seen with an offer, also if it is unlimited. A later
/// change of the offer affects later purchases only.
pub(super) fn ended_by_offer(
    mut state: StoreState,
    current: Option<&Subscription>,
    seen: &Observation,
    now: Timestamp,
) -> StoreState {
    if !state.billing.is_one_time() {
        return state;
    }
    let known = current
        .filter(|current| current.offer.is_some())
        .filter(|current| current.state.product_id == state.product_id)
        .map(|current| current.state.period_end);
    if let Some(end) = known.or_else(|| window_end(&state, seen.offer.as_ref()?)) {
        state.period_end = end;
        if state.status == Status::Active && end <= now {
            state.status = Status::Expired;
        }
    }
    state
}

fn window_end(state: &StoreState, offer: &OfferRef) -> Option<Timestamp> {
    let from = state.period_start.or(state.started_at)?;
    let hours = offer.rental.as_ref()?.hours;
    from.checked_add(SignedDuration::from_hours(hours.into()))
        .ok()
}
