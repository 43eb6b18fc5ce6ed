//! Authenticate, check, record, queue, answer.

use cloud::api::{self, Answer, ApiError};
use cloud::auth;
use cloud::broadcasters::Broadcasters;
use cloud::purchases::{Purchases, Request as Submission, Submitted};
use cloud::queue::{Verification, VerificationCause, VerificationQueue};
use cloud::{Aws, CloudError, clock};
use domain::CorrelationId;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

use crate::form::Form;

/// The function's clients.
#[derive(Debug)]
pub struct Intake {
    broadcasters: Broadcasters,
    purchases: Purchases,
    queue: VerificationQueue,
}

impl Intake {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names a variable that is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            broadcasters: Broadcasters::from_environment(aws)?,
            purchases: Purchases::from_environment(aws)?,
            queue: VerificationQueue::from_environment(aws)?,
        })
    }

    /// Answers one request.
    pub async fn handle(&self, request: &Request) -> Answer {
        let given = api::correlation_id(request);
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
        let submitted = form.read(store, &api::json_object(request)?)?;
        let customer_id = caller.customer(submitted.customer_id, || form.customer_missing())?;
        let submission = Submission {
            broadcaster_id: caller.broadcaster().clone(),
            store,
            locator: submitted.locator,
            customer_id,
            correlation_id,
            submitted_at: clock::now(),
            put_off: 0,
            offer_id: submitted.offer_id,
            coupon_code: submitted.coupon_code,
            outcome: None,
        };
        let correlation_id = match self.purchases.submit(&submission).await? {
            Submitted::New(id) => {
                self.queue(submission, id).await?;
                id
            }
            Submitted::Same {
                correlation_id,
                queue_again,
            } => {
                if queue_again {
                    self.queue(submission, correlation_id).await?;
                }
                correlation_id
            }
            Submitted::CorrelationIdTaken => {
                let message = "Correlation-Id must not be that of another submission";
                return Err(ApiError::conflict("REQ0004", message));
            }
        };
        let body = json!({"status": "queued", "correlationId": correlation_id});
        api::answer(StatusCode::ACCEPTED, &body)
    }

    async fn queue(
        &self,
        submission: Submission,
        correlation_id: CorrelationId,
    ) -> Result<(), ApiError> {
        let verification = Verification {
            broadcaster_id: submission.broadcaster_id,
            store: submission.store,
            locator: submission.locator,
            cause: VerificationCause::Claim {
                correlation_id,
                customer_id: submission.customer_id,
            },
            received_at: submission.submitted_at,
        };
        self.queue.send(&verification).await.map_err(|error| {
            tracing::error!(%error, %correlation_id, "a submission could not be queued");
            ApiError::unavailable("the purchase could not be queued; try again")
        })
    }
}
