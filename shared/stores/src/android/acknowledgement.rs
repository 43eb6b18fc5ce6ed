//! Until when Google wants to hear that a purchase was delivered, or it returns the money.

use domain::Timestamp;
use jiff::SignedDuration;

use super::wire::Purchase;

/// How long Google waits.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);
const PATIENCE_WITH_TESTS: SignedDuration = SignedDuration::from_mins(3);

/// Of a prepaid plan that is shorter than this, Google waits half of it.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Of something that was bought once.
pub(super) fn due_by_once(
    word: Option<&str>,
    bought_at: Timestamp,
    test: bool,
    observed_at: Timestamp,
) -> Option<Timestamp> {
    let patience = if test { PATIENCE_WITH_TESTS } else { PATIENCE };
    due(word, bought_at, patience, observed_at)
}

/// `None` once Google has heard, and after the time that it waits if it can't be told whether it has.
fn due(
    word: Option<&str>,
    from: Timestamp,
    patience: SignedDuration,
    observed_at: Timestamp,
) -> Option<Timestamp> {
    let due = from.checked_add(patience).ok()?;
    (waits(word) && (word.is_some_and(is_known) || observed_at < due)).then_some(due)
}

/// Whether Google's word for how far the acknowledgement has come is a known one.
pub(super) fn is_known(word: &str) -> bool {
    let word = word.strip_prefix("ACKNOWLEDGEMENT_STATE_");
    matches!(word, Some("UNSPECIFIED" | "PENDING" | "ACKNOWLEDGED"))
}

/// An unknown word counts as one that waits: one acknowledgement too many changes nothing, one too few
/// returns the money.
fn waits(word: Option<&str>) -> bool {
    word.is_some_and(|word| word == "ACKNOWLEDGEMENT_STATE_PENDING" || !is_known(word))
}

/// Of a subscription. Counted from when it was bought, or from `observed_at` if Google doesn't tell when
/// that was.
pub(super) fn due_by(purchase: &Purchase, observed_at: Timestamp) -> Option<Timestamp> {
    let word = purchase.acknowledgement_state.as_deref();
    let from = purchase.start_time.map_or(observed_at, |at| at.0);
    let items = purchase.products().into_iter();
    let prepaid_for = items
        .filter(|item| item.prepaid_plan.is_some())
        .filter_map(|item| item.expiry_time)
        .map(|at| at.0.duration_since(from))
        .min();
    let patience = match prepaid_for {
        _ if purchase.test_purchase.is_some() => PATIENCE_WITH_TESTS,
        Some(lasts) if lasts < WEEK => lasts / 2,
        _ => PATIENCE,
    };
    due(word, from, patience, observed_at)
}
