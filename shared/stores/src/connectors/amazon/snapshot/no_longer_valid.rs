//! Snapshot of a known receipt for which Amazon answers with status 410, "no longer valid".

use domain::{Locator, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};

use super::details::Details;
use super::expiry;
use super::memory::Known;
use crate::connectors::amazon::snapshot::ONE_TIME;

/// Builds the snapshot of an ended receipt whose product earlier look-ups have kept; `None` if
/// nothing is known about it. It ended with the last paid period or, if that is not over, now, as a
/// refund.
pub(in crate::connectors::amazon) fn no_longer_valid(
    locator: &Locator,
    observed_at: Timestamp,
) -> Option<StoreSnapshot> {
    let details = Details::of(locator);
    let kind = details.product_type.as_deref();
    let one_time = kind.is_some_and(|kind| ONE_TIME.contains(&kind));
    // The plan is the product of a subscription, as in a snapshot from an answer.
    let plan = details.term_sku.as_ref().filter(|_| !one_time);
    let product = plan.or(details.product_id.as_ref())?.clone();
    let mut known = Known::of(locator, observed_at);
    let last = known.memory.period_end.or(known.memory.counted_end);
    // The first look-up that got 410 fixes the end; later ones must not move it.
    let first_seen = || last.unwrap_or(observed_at).min(observed_at);
    let ended_at = known.memory.ended_at.unwrap_or_else(first_seen);
    let started_at = details.purchase_date;
    let state = if one_time {
        let bought = StoreState::one_time(product, started_at.unwrap_or(ended_at));
        expiry::revoked(bought, ended_at)
    } else {
        let before = StoreState {
            started_at,
            ..StoreState::new(Status::Expired, product, ended_at)
        };
        expiry::state(before, (ended_at, None), &known)
    };
    known.memory.ended_at = Some(ended_at);
    Some(StoreSnapshot {
        memory: known.memory.written(),
        ..StoreSnapshot::new(
            Store::Amazon,
            locator.key.clone(),
            Reading::Known(StoreState {
                test: details.test.is_some(),
                details: details.written(),
                ..state
            }),
            observed_at,
        )
    })
}
