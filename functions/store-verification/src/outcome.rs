//! What is said of a decision: to the submitter, to the log, to the metrics.

use cloud::clock;
use cloud::purchases::Request as Submission;
use cloud::queue::Verification;
use cloud::telemetry::Metrics;
use domain::validation::{ClaimResult, ValidationOutcome, Verdict};
use domain::{Decision, EventId, Store, Subscription, Timestamp};

/// The outcome that the decision gives a submission, if it gives one.
pub(crate) fn answered(
    submission: &Submission,
    before: Option<&Subscription>,
    decision: &Decision,
    now: Timestamp,
) -> Option<ValidationOutcome> {
    let verdict = match decision.claim.as_ref()? {
        ClaimResult::Undecided => return None,
        ClaimResult::Failed(error) => Verdict::Failure {
            error: *error,
            details: submission.locator.details.clone(),
        },
        ClaimResult::Succeeded {
            result,
            previous,
            coupon,
        } => Verdict::Success {
            result: *result,
            subscription: Box::new(decision.next.as_ref().or(before)?.clone()),
            previous_customer_id: previous.as_ref().map(|(customer, _)| customer.clone()),
            previous_subscription_id: previous.as_ref().map(|(_, subscription)| *subscription),
            coupon: *coupon,
        },
    };
    Some(ValidationOutcome {
        event_id: EventId::of_validation(submission.correlation_id),
        correlation_id: submission.correlation_id,
        store: submission.store,
        customer_id: submission.customer_id.clone(),
        decided_at: now,
        received_at: submission.submitted_at,
        verdict,
    })
}

/// The decision in a word.
pub(crate) fn outcome(decision: &Decision) -> &'static str {
    match &decision.claim {
        Some(ClaimResult::Failed(_)) => "failed",
        Some(ClaimResult::Succeeded { .. }) => "succeeded",
        Some(ClaimResult::Undecided) => "undecided",
        None if decision.next.is_none() => "older than what is known",
        None if decision.events.is_empty() => "unchanged",
        None => "changed",
    }
}

/// Counts what a person should know of.
pub(crate) fn note(verification: &Verification, decision: &Decision) {
    let store = verification.store;
    if let Some(status) = &decision.unknown_status {
        note_unknown(store, status);
    } else if decision.unmapped_product {
        tracing::warn!(broadcaster = %verification.broadcaster_id, %store, "no offer lists the product");
        Metrics::new(vec![("Store", store.to_string())])
            .count("UnmappedProduct")
            .write(clock::now());
    }
}

/// Counts a word of a store that nobody has read.
pub(crate) fn note_unknown(store: Store, status: &str) {
    tracing::error!(%store, status, "the store named an unknown status");
    Metrics::new(vec![("Store", store.to_string())])
        .count("UnknownStatus")
        .write(clock::now());
}
