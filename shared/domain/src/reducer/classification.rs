//! Classification of an answer: whether it counts, and for which state.

use std::ops::ControlFlow;

use super::{Cause, Decision, Observation, Scope, rental, replacement, voids};
use crate::validation::ClaimDecision;
use crate::{Reading, StoreState, Subscription};

/// Answer that shows a state, or voids a payment.
pub(super) struct Answer {
    /// State that it shows; the stored one if it only voids a payment.
    pub(super) state: StoreState,
    /// Whether it is at least as new as the stored observation.
    pub(super) fresh: bool,
    /// Whether it comes with a voided payment that is not remembered yet.
    pub(super) voided: bool,
    /// Status of the store that this version does not know.
    pub(super) unknown_status: Option<String>,
}

/// Classifies an answer. Breaks with a decision if it shows no state, because its status is unknown
/// or another purchase has replaced this one.
pub(super) fn classify(
    current: Option<&Subscription>,
    seen: &Observation,
    cause: &Cause,
    scope: &Scope<'_>,
) -> ControlFlow<Decision, Answer> {
    let snapshot = &seen.snapshot;
    let voided = voids::is_news(current, seen);
    match (&snapshot.reading, current) {
        (Reading::Known(state), _) => ControlFlow::Continue(Answer {
            state: rental::ended_by_offer(state.clone(), current, seen, scope.now),
            fresh: current.is_none_or(|current| snapshot.observed_at >= current.watermark),
            voided,
            unknown_status: snapshot.unknown_status.clone(),
        }),
        // Only the notification reports a voided payment (ADR 19). It must not wait until this
        // version knows the status.
        (Reading::UnknownStatus(status), Some(current)) if voided && cause.claim().is_none() => {
            ControlFlow::Continue(Answer {
                state: current.state.clone(),
                fresh: false,
                voided,
                unknown_status: Some(status.clone()),
            })
        }
        (Reading::UnknownStatus(status), _) => ControlFlow::Break(Decision {
            unknown_status: Some(status.clone()),
            ..Decision::untouched(cause.claim().map(|_| ClaimDecision::Undecided))
        }),
        (Reading::Replaced, _) => {
            let decision = replacement::reduce_replaced(current, snapshot, cause, scope);
            ControlFlow::Break(decision)
        }
    }
}
