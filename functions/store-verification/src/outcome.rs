//! Outcomes: of a decision for its submission, and of a message for logs and metrics.

use cloud::purchases::Submission;
use domain::validation::{ClaimDecision, EndedValidation, ValidationOutcome};
use domain::{Decision, EventId, Subscription, Timestamp};

/// How a message of the queue ended: the dimension `Outcome` of the metric `Verifications`.
///
/// Each value is a metric of its own that costs money: a new one is a decision, and is documented in
/// `docs/operators.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The submission had ended before.
    AnsweredBefore,
    /// The claim failed.
    ClaimFailed,
    /// The claim succeeded.
    ClaimSucceeded,
    /// The subscription changed.
    Changed,
    /// The notification waits in the table of purchases for its store.
    Deferred,
    /// The notification has waited for its store for 30 days.
    GivenUp,
    /// A check whose purchase is not stored, or not under this key, any more.
    NotStored,
    /// The answer was older than what is known.
    Older,
    /// The purchase has been replaced by another one.
    Replaced,
    /// The schedule asks the store again.
    Rescheduled,
    /// The store has been asked since the notification was received.
    SeenSince,
    /// The answer showed nothing new.
    Unchanged,
    /// The broadcaster does not exist.
    UnknownBroadcaster,
}

impl Outcome {
    /// All of them.
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

    /// The value of the metric's dimension and of the log's field.
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
            // An undecided claim is retried: its message does not end.
            Some(ClaimDecision::Undecided) => Self::Unchanged,
            None if decision.next.is_none() => Self::Older,
            None if decision.events.is_empty() => Self::Unchanged,
            None => Self::Changed,
        }
    }
}

/// Returns the outcome that a decision gives its submission, if it gives one.
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
            subscription: Box::new(decision.next.as_ref().or(before)?.clone()),
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
