//! One submission: authenticate, validate, record, queue, answer.

use cloud::api::{self, Answer, ApiError};
use cloud::auth;
use cloud::broadcasters::Broadcasters;
use cloud::limits::{Admission, ClaimLimits};
use cloud::purchases::{Purchases, Submission, Submitted};
use cloud::queue::{Verification, VerificationCause, VerificationQueue};
use cloud::telemetry::Metrics;
use cloud::{Aws, CloudError, clock};
use domain::validation::ValidationOutcome;
use domain::{BroadcasterId, CorrelationId, CustomerId};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

use crate::form::Form;

/// The function's clients.
#[derive(Debug)]
pub struct Intake {
    broadcasters: Broadcasters,
    purchases: Purchases,
    limits: ClaimLimits,
    queue: VerificationQueue,
}

impl Intake {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names a variable that is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            broadcasters: Broadcasters::caching(aws)?,
            purchases: Purchases::from_environment(aws)?,
            limits: ClaimLimits::from_environment(aws)?,
            queue: VerificationQueue::from_environment(aws)?,
        })
    }

    /// Answers one request.
    pub async fn handle(&self, request: &Request) -> Answer {
        let given = api::correlation_id(request);
        // A malformed header is an error of the request like any other, and its answer needs an id
        // too.
        let correlation = given
            .as_ref()
            .map_or_else(|_| api::new_correlation_id(), Clone::clone);
        let route = api::route(request);
        let handler = async { self.submit(&route, request, given?).await };
        api::serve(&route, correlation, handler).await
    }

    async fn submit(
        &self,
        route: &str,
        request: &Request,
        correlation_id: CorrelationId,
    ) -> Result<Answer, ApiError> {
        let form = Form::of(route)?;
        let store = api::store(request)?;
        let caller = auth::caller(request, &self.broadcasters).await?;
        // The body is parsed before the submission is counted: a mistake in an app must not use up
        // its customers' hourly limit.
        let submitted = form.read(store, &api::json_object(request)?)?;
        let customer_id = caller.customer(submitted.customer_id, || form.customer_missing())?;
        self.admit(caller.broadcaster(), &customer_id).await?;
        let submission = Submission {
            broadcaster_id: caller.broadcaster().clone(),
            store,
            locator: submitted.locator,
            customer_id,
            correlation_id,
            // Claims are ordered by this time and not by the time of processing, see ADR 8.
            submitted_at: api::received_at(request),
            deferrals: 0,
            offer_id: submitted.offer_id,
            coupon_code: submitted.coupon_code,
            proof: submitted.proof,
            outcome: None,
        };
        let (status, word, correlation_id) = match self.purchases.submit(&submission).await? {
            Submitted::New(id)
            | Submitted::Pending {
                correlation_id: id,
                queue_again: true,
            } => {
                // The submission is recorded before it is queued. If SQS fails here, the caller
                // gets 503, and the schedule queues the recorded submission after two minutes in
                // any case.
                self.queue(submission, id).await?;
                (StatusCode::ACCEPTED, "queued", id)
            }
            Submitted::Pending { correlation_id, .. } => {
                (StatusCode::ACCEPTED, "pending", correlation_id)
            }
            Submitted::Decided {
                correlation_id,
                outcome,
            } => (StatusCode::OK, decided(&outcome), correlation_id),
            Submitted::CorrelationIdTaken => {
                let message = "Correlation-Id must not be that of another submission";
                return Err(ApiError::conflict("REQ0004", message));
            }
        };
        let body = json!({"status": word, "correlationId": correlation_id});
        api::answer(status, &body)
    }

    async fn admit(
        &self,
        broadcaster: &BroadcasterId,
        customer: &CustomerId,
    ) -> Result<(), ApiError> {
        let now = clock::now();
        match self.limits.admit(broadcaster, customer, now).await? {
            Admission::Admitted => Ok(()),
            Admission::Refused { retry_after } => {
                Metrics::new(vec![("Broadcaster", broadcaster.to_string())])
                    .count("SubmissionsLimited")
                    .write(now);
                let message = "too many submissions of this customer, or too many that failed, within an hour";
                Err(ApiError::too_many(message, retry_after))
            }
        }
    }

    async fn queue(
        &self,
        submission: Submission,
        correlation_id: CorrelationId,
    ) -> Result<(), ApiError> {
        let cause = VerificationCause::Claim {
            correlation_id,
            customer_id: submission.customer_id,
        };
        let verification = Verification::new(
            submission.broadcaster_id,
            submission.store,
            submission.locator,
            cause,
            submission.submitted_at,
        );
        self.queue.send(&verification).await.map_err(|error| {
            tracing::error!(%error, %correlation_id, "a submission could not be queued");
            ApiError::unavailable("the purchase could not be queued; try again")
        })
    }
}

/// Status of a decided submission, in the words of `purchase-status`.
const fn decided(outcome: &ValidationOutcome) -> &'static str {
    match outcome {
        ValidationOutcome::Success { .. } => "success",
        ValidationOutcome::Failure { .. } => "failure",
    }
}
