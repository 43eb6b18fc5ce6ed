//! Outcomes: of a decision for its submission, and of a message for logs and metrics.

use cloud::purchases::Submission;
use domain::validation::{ClaimDecision, EndedValidation, ValidationOutcome};
use domain::{Decision, EventId, Subscription, Timestamp};

/// Outcome of a finished message: the dimension `Outcome` of the metric `Verifications`.
///
/// Each value is a metric that is paid for. A new one must be documented in `docs/operators.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The submission already had an outcome.
    AnsweredBefore,
    /// The claim failed.
    ClaimFailed,
    /// The claim succeeded.
    ClaimSucceeded,
    /// The subscription changed.
    Changed,
    /// The notification is stored until its store has answered.
    Deferred,
    /// The store has given no answer about the deferred notification for 30 days.
    GivenUp,
    /// A check whose purchase is no longer stored under this key.
    NotStored,
    /// The answer was older than the stored observation.
    Older,
    /// The purchase has been replaced by another one.
    Replaced,
    /// The schedule will ask the store again.
    Rescheduled,
    /// The store was already asked after the notification had been received, or the check queued.
    SeenSince,
    /// The answer showed no change.
    Unchanged,
    /// The broadcaster does not exist.
    UnknownBroadcaster,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 13] = [
        Self::AnsweredBefore,
        Self::ClaimFailed,
        Self::ClaimSucceeded,
        Self::Changed,
        Self::Deferred,
        Self::GivenUp,
        Self::NotStored,
        Self::Older,
        Self::Replaced,
        Self::Rescheduled,
        Self::SeenSince,
        Self::Unchanged,
        Self::UnknownBroadcaster,
    ];

    /// Returns the value of the metric's dimension and of the log's field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnsweredBefore => "answered before",
            Self::ClaimFailed => "failed",
            Self::ClaimSucceeded => "succeeded",
            Self::Changed => "changed",
            Self::Deferred => "deferred",
            Self::GivenUp => "given up",
            Self::NotStored => "not stored",
            Self::Older => "older than what is known",
            Self::Replaced => "replaced",
            Self::Rescheduled => "rescheduled",
            Self::SeenSince => "seen since",
            Self::Unchanged => "unchanged",
            Self::UnknownBroadcaster => "unknown broadcaster",
        }
    }
}

impl From<&Decision> for Outcome {
    fn from(decision: &Decision) -> Self {
        match &decision.claim {
            Some(ClaimDecision::Failed(_)) => Self::ClaimFailed,
            Some(ClaimDecision::Succeeded { .. }) => Self::ClaimSucceeded,
            // Never logged: an undecided claim is retried, so its message does not end here.
            Some(ClaimDecision::Undecided) => Self::Unchanged,
            None if decision.next.is_none() => Self::Older,
            None if decision.events.is_empty() => Self::Unchanged,
            None => Self::Changed,
        }
    }
}

/// Returns the outcome of a submission by a decision; `None` while the claim is undecided.
pub(crate) fn of_submission(
    submission: &Submission,
    before: Option<&Subscription>,
    decision: &Decision,
    now: Timestamp,
) -> Option<EndedValidation> {
    let outcome = match decision.claim.as_ref()? {
        ClaimDecision::Undecided => return None,
        ClaimDecision::Failed(error) => ValidationOutcome::Failure {
            error: *error,
            details: submission.locator.details.clone(),
        },
        ClaimDecision::Succeeded {
            result,
            previous,
            coupon,
        } => ValidationOutcome::Success {
            result: *result,
            subscription: Box::new(decision.next.as_ref().or(before)?.abridged()),
            previous_customer_id: previous.as_ref().map(|(customer, _)| customer.clone()),
            previous_subscription_id: previous.as_ref().map(|(_, subscription)| *subscription),
            coupon: *coupon,
        },
    };
    Some(EndedValidation {
        event_id: EventId::of_validation(submission.correlation_id),
        correlation_id: submission.correlation_id,
        store: submission.store,
        customer_id: submission.customer_id.clone(),
        decided_at: now,
        received_at: submission.submitted_at,
        outcome,
    })
}
