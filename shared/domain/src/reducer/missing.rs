//! Purchases that their store does not know any more.

use jiff::SignedDuration;

use super::{Cause, Decision, Scope, expire};
use crate::validation::{ClaimDecision, ValidationFailure};
use crate::{Missing, Subscription, Timestamp};

/// Number of denials that end a known subscription, provided that they span [`LEAST_SPAN`].
pub const CHECKS_BEFORE_ENDING: u32 = 3;

/// Least time between the first denial and the one that ends the subscription.
const LEAST_SPAN: SignedDuration = SignedDuration::from_hours(24);

/// Decides by the store's "not found" that was observed at `observed_at`.
///
/// The claim of an unknown purchase fails. A known subscription ends only if the store denies
/// knowing it [`CHECKS_BEFORE_ENDING`] times over at least 24 hours. The same denial counts once,
/// however often it is applied. A denial to a claim never counts, because a submitter may name a
/// purchase in a way that the store can't know. A one-time purchase never ends in this way: a store
/// may forget its token once the product was consumed or bought again, and reports a refund by a
/// notification or an answer.
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
        // Access ends now, so the announced end must not lie in the future.
        next.state.period_end = next.state.period_end.min(observed_at);
        decision.events = expire::expire(current, &mut next, cause, scope);
    }
    decision.next = Some(next);
    decision
}
