//! Until when Google wants to hear that a purchase was delivered, or it returns the money.

use domain::Timestamp;
use jiff::SignedDuration;

use super::wire::{Item, Purchase};

/// How long Google waits.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);
const PATIENCE_WITH_TESTS: SignedDuration = SignedDuration::from_mins(3);

/// Of a prepaid plan that is shorter than this, Google waits half of it.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Of something that was bought once. `None` once Google has heard.
pub(super) fn due_by_once(
    word: Option<&str>,
    bought_at: Timestamp,
    test: bool,
) -> Option<Timestamp> {
    let patience = if test { PATIENCE_WITH_TESTS } else { PATIENCE };
    waits(word).then(|| bought_at.checked_add(patience).ok())?
}

fn waits(word: Option<&str>) -> bool {
    word == Some("ACKNOWLEDGEMENT_STATE_PENDING")
}

/// Of a subscription. `None` once Google has heard. Counted from when it was bought, or from `observed_at` if Google
/// doesn't tell when that was.
pub(super) fn due_by(
    purchase: &Purchase,
    item: &Item,
    observed_at: Timestamp,
) -> Option<Timestamp> {
    if !waits(purchase.acknowledgement_state.as_deref()) {
        return None;
    }
    let from = purchase.start_time.map_or(observed_at, |at| at.0);
    let prepaid_for = item
        .expiry_time
        .filter(|_| item.prepaid_plan.is_some())
        .map(|at| at.0.duration_since(from));
    let patience = match prepaid_for {
        _ if purchase.test_purchase.is_some() => PATIENCE_WITH_TESTS,
        Some(lasts) if lasts < WEEK => lasts / 2,
        _ => PATIENCE,
    };
    from.checked_add(patience).ok()
}
