//! What it means when a store no longer knows a purchase.

use jiff::SignedDuration;

use super::{Cause, Decision, Scope, expire};
use crate::validation::{ClaimDecision, ValidationFailure};
use crate::{Missing, Subscription, Timestamp};

/// So many denials end a known subscription, provided that they span [`LEAST_SPAN`].
pub const CHECKS_BEFORE_ENDING: u32 = 3;

/// The least time between the first denial and the one that ends the subscription.
const LEAST_SPAN: SignedDuration = SignedDuration::from_hours(24);

/// Decides what the store's "not found" means, seen at `observed_at`.
///
/// An unknown purchase fails its claim. A known one is not given up at once: the store must deny it
/// [`CHECKS_BEFORE_ENDING`] times over at least 24 hours. The same denial applied twice counts once.
/// A claim's counts never: who claims may name a purchase in a way that the store can't know. What was
/// bought once stays: a store may forget a token once the product was consumed or bought again, and takes
/// a sale back by a notification or an answer of its own.
#[must_use]
pub fn reduce_missing(
    current: Option<&Subscription>,
    observed_at: Timestamp,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Decision {
    let failed = |why| cause.claim().map(|_| ClaimDecision::Failed(why));
    let Some(current) = current else {
        return Decision::untouched(failed(ValidationFailure::PurchaseNotFound));
    };
    let mut decision = Decision::untouched(failed(ValidationFailure::PurchaseNotFound));
    let counted = current.missing.is_some() && observed_at == current.watermark;
    let claimed = cause.claim().is_some();
    if claimed || observed_at < current.watermark || counted || current.state.status.is_ended() {
        return decision;
    }
    let mut next = current.clone();
    next.updated_at = scope.now;
    next.watermark = observed_at;
    if current.state.billing.is_one_time() {
        next.missing = None;
        decision.next = Some(next);
        return decision;
    }
    let missing = current.missing.map_or(
        Missing {
            since: observed_at,
            checks: 1,
        },
        |before| Missing {
            since: before.since,
            checks: before.checks + 1,
        },
    );
    next.missing = Some(missing);
    let span = observed_at.duration_since(missing.since);
    if missing.checks >= CHECKS_BEFORE_ENDING && span >= LEAST_SPAN {
        next.state.period_end = next.state.period_end.min(observed_at);
        decision.events = expire::expire(current, &mut next, cause, scope);
    }
    decision.next = Some(next);
    decision
}
