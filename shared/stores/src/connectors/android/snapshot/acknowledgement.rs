//! Deadline for the acknowledgement of a purchase, after which Google refunds it.

use domain::Timestamp;
use jiff::SignedDuration;

use crate::connectors::android::wire::Purchase;

/// Time that Google allows for the acknowledgement.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);
/// Time that Google allows for purchases of licence testers.
const PATIENCE_WITH_TESTS: SignedDuration = SignedDuration::from_mins(3);

/// A prepaid plan shorter than this must be acknowledged within half of its duration.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Returns the deadline for a one-time purchase, counted from its payment.
pub(in crate::connectors::android) fn due_by_once(
    word: Option<&str>,
    bought_at: Timestamp,
    test: bool,
    observed_at: Timestamp,
) -> Option<Timestamp> {
    let patience = if test { PATIENCE_WITH_TESTS } else { PATIENCE };
    due(word, bought_at, patience, observed_at)
}

/// Returns the deadline; `None` if the purchase is acknowledged, and after the deadline if its
/// state is unknown.
fn due(
    word: Option<&str>,
    from: Timestamp,
    patience: SignedDuration,
    observed_at: Timestamp,
) -> Option<Timestamp> {
    let due = from.checked_add(patience).ok()?;
    // A pending one is acknowledged even late. An unknown state would otherwise be tried for ever.
    (waits(word) && (word.is_some_and(is_known) || observed_at < due)).then_some(due)
}

/// Whether the acknowledgement state is a documented one.
pub(in crate::connectors::android) fn is_known(word: &str) -> bool {
    let word = word.strip_prefix("ACKNOWLEDGEMENT_STATE_");
    matches!(word, Some("UNSPECIFIED" | "PENDING" | "ACKNOWLEDGED"))
}

/// Whether the acknowledgement is outstanding. An unknown state counts as outstanding: a
/// superfluous acknowledgement is harmless, a missing one refunds the purchase.
fn waits(word: Option<&str>) -> bool {
    word.is_some_and(|word| word == "ACKNOWLEDGEMENT_STATE_PENDING" || !is_known(word))
}

/// Returns the deadline for a subscription, counted from its start, or from `observed_at` if Google
/// does not name the start.
pub(in crate::connectors::android) fn due_by(
    purchase: &Purchase,
    observed_at: Timestamp,
) -> Option<Timestamp> {
    let word = purchase.acknowledgement_state.as_deref();
    let from = purchase.start_time.map_or(observed_at, |at| at.0);
    let items = purchase.products().into_iter();
    let prepaid_for = items
        .filter(|item| item.prepaid_plan.is_some())
        .filter_map(|item| item.expiry_time)
        .map(|at| at.0.duration_since(from))
        // The shortest prepaid item decides: the whole purchase is acknowledged at once.
        .min();
    let patience = match prepaid_for {
        _ if purchase.test_purchase.is_some() => PATIENCE_WITH_TESTS,
        Some(lasts) if lasts < WEEK => lasts / 2,
        _ => PATIENCE,
    };
    due(word, from, patience, observed_at)
}
