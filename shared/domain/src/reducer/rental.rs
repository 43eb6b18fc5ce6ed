//! How long something lasts that was bought once.

use jiff::SignedDuration;

use super::Observation;
use crate::{OfferRef, Status, StoreState, Subscription, Timestamp};

/// The state with the end that the offer gives to what was bought once; any other state as it is.
///
/// What the offer said when the purchase was first seen with one counts to its end, also that it is for
/// ever: a later change of the offer is for later purchases.
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
