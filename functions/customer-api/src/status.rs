//! `GET /{store}/purchase-status`: status of the validation of a submission.

use cloud::api::{self, Answer, ApiError};
use cloud::auth::{self, Caller};
use cloud::clock;
use cloud::purchases::Submission;
use domain::CorrelationId;
use domain::validation::ValidationOutcome;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::{Value, json};

use crate::CustomerApi;

impl CustomerApi {
    pub(crate) async fn purchase_status(&self, request: &Request) -> Result<Answer, ApiError> {
        let store = api::store(request)?;
        let caller = auth::caller(request, &self.broadcasters).await?;
        let correlation: CorrelationId = api::query_parameter(request, "correlationId")
            .ok_or_else(|| ApiError::query("correlationId must be given"))?
            .parse()
            .map_err(|_| ApiError::query("correlationId must be a UUID"))?;
        let submission = self
            .purchases
            .submission(caller.broadcaster(), correlation)
            .await?
            // One answer for "unknown" and "not yours", so that ids can't be probed.
            .filter(|submission| submission.store == store && concerns(&caller, submission))
            .ok_or_else(|| ApiError::not_found("no such submission"))?;
        let status = self.status(&submission).await?;
        api::answer(StatusCode::OK, &status)
    }

    async fn status(&self, submission: &Submission) -> Result<Value, ApiError> {
        let correlation_id = submission.correlation_id;
        let Some(ended) = &submission.outcome else {
            return Ok(json!({
                "correlationId": correlation_id, "status": "pending", "result": null,
                "offerId": null, "coupon": null, "expectedPrice": null,
                "accessGranted": false, "error": null,
                "environment": self.environment,
            }));
        };
        Ok(match &ended.outcome {
            ValidationOutcome::Failure { error, .. } => json!({
                "correlationId": correlation_id, "status": "failure", "result": null,
                "offerId": null, "coupon": null, "expectedPrice": null, "accessGranted": false,
                "error": {"code": error, "message": error.message()},
                "environment": self.environment,
            }),
            ValidationOutcome::Success {
                result,
                subscription,
                coupon,
                ..
            } => {
                let purchase = subscription.as_ref();
                // Another purchase may have replaced it since, and access continues there.
                let now_stored = self
                    .subscriptions
                    .follow(&purchase.purchase())
                    .await?
                    .map(|stored| stored.subscription);
                // Read now and not taken from the outcome: the purchase may have ended or gone to
                // another customer since the validation.
                let access_granted = now_stored.is_some_and(|current| {
                    current.ownership.customer_id.as_ref() == Some(&submission.customer_id)
                        && current.access_granted(clock::now())
                });
                json!({
                    "correlationId": correlation_id, "status": "success", "result": result,
                    "offerId": purchase.offer.as_ref().map(|offer| &offer.offer_id),
                    "coupon": coupon, "expectedPrice": purchase.expected_price(),
                    "accessGranted": access_granted, "error": null,
                    "environment": self.environment,
                })
            }
        })
    }
}

/// Whether the caller may see a submission: an app sees only its own customer's.
fn concerns(caller: &Caller, submission: &Submission) -> bool {
    match caller {
        Caller::Publisher(_) => true,
        Caller::Customer { customer, .. } => *customer == submission.customer_id,
    }
}
