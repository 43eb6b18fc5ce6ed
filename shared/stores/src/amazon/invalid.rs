//! Meaning of status 410, "no longer valid", for a known receipt.

use domain::{Locator, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};

use super::details::{
    ENDED_AT, Known, NOTIFICATION_TYPE, PRODUCT_ID, PRODUCT_TYPE, PURCHASE_DATE, TERM_SKU, TEST,
};
use super::expiry;
use super::snapshot::ONE_TIME;
use super::submission::{RECEIPT_USER_ID, user_id};

/// Builds the snapshot of an ended receipt whose product earlier look-ups have kept; `None` if
/// nothing is known about it. It ended with the last paid period or, if that is not over, now, as a
/// refund.
pub(super) fn no_longer_valid(locator: &Locator, observed_at: Timestamp) -> Option<StoreSnapshot> {
    let detail = |name: &str| locator.details.get(name);
    let one_time = detail(PRODUCT_TYPE).is_some_and(|word| ONE_TIME.contains(&word.as_str()));
    // The plan is the product of a subscription, as in a snapshot from an answer.
    let plan = detail(TERM_SKU).filter(|_| !one_time);
    let product = plan.or_else(|| detail(PRODUCT_ID))?.clone();
    let known = Known::of(locator, observed_at);
    let last = known.period_end.or(known.counted_end);
    // The first look-up that got 410 fixes the end; later ones must not move it.
    let first_seen = || last.unwrap_or(observed_at).min(observed_at);
    let ended_at = known.ended_at.unwrap_or_else(first_seen);
    let started_at = detail(PURCHASE_DATE).and_then(|text| text.parse().ok());
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
    let mut details = locator.details.clone();
    // A notification counts for one look-up only.
    details.remove(NOTIFICATION_TYPE);
    if let Some(user_id) = user_id(locator) {
        details.insert(RECEIPT_USER_ID.to_owned(), user_id.clone());
    }
    details.insert(ENDED_AT.to_owned(), ended_at.to_string());
    Some(StoreSnapshot {
        store: Store::Amazon,
        purchase_key: locator.key.clone(),
        account: None,
        replaces: None,
        alias: None,
        alternatives: Vec::new(),
        reading: Reading::Known(StoreState {
            test: detail(TEST).is_some(),
            details,
            ..state
        }),
        unknown_status: None,
        observed_at,
    })
}
