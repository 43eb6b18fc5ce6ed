//! `POST /v1/customers/{customerId}/resend`, also as `/v1/customers/resend?customerId=`: announces
//! a customer's subscriptions again; inactive ones are left out.

use cloud::api::{self, Answer, ApiError};
use cloud::subscriptions::Change;
use cloud::{CloudError, clock};
use domain::{
    BroadcasterId, BroadcasterSettings, CustomerId, Scope, Subscription, beacon, reduce_resend,
};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

use crate::BroadcasterApi;

/// Number of attempts to write a resend after another function wrote first.
const ATTEMPTS: usize = 5;

impl BroadcasterApi {
    pub(crate) async fn resend(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let customer = customer_id(request)?;
        let settings = self
            .broadcasters
            .profile(publisher)
            .await?
            .map(|profile| profile.settings)
            .unwrap_or_default();
        let mut held = self
            .subscriptions
            .all_of_customer(publisher, &customer)
            .await?;
        // The oldest first: the notifications get their dates in this order.
        held.sort_by_key(|subscription| subscription.ownership.created_at);
        let mut queued = 0;
        for subscription in held {
            queued += self.resend_one(&subscription, &customer, &settings).await?;
        }
        api::answer(StatusCode::ACCEPTED, &json!({"queued": queued}))
    }

    /// Writes the resend events of one subscription and returns the number of notifications to
    /// come.
    async fn resend_one(
        &self,
        listed: &Subscription,
        customer: &CustomerId,
        settings: &BroadcasterSettings,
    ) -> Result<usize, ApiError> {
        let received_at = clock::now();
        // Events take the next sequence numbers of the subscription, so a resend is a versioned
        // write like any other change and loses against a simultaneous one.
        for _attempt in 0..ATTEMPTS {
            let stored = self.subscriptions.current(&listed.purchase()).await?;
            // The purchase may have gone to another customer since it was listed; nobody else is
            // notified.
            let Some(stored) = stored.filter(|stored| {
                stored.subscription.ownership.subscription_id == listed.ownership.subscription_id
                    && stored.subscription.ownership.customer_id.as_ref() == Some(customer)
            }) else {
                return Ok(0);
            };
            let current = &stored.subscription;
            let scope = Scope {
                broadcaster_id: &current.broadcaster_id,
                environment: self.environment,
                settings,
                received_at,
                now: clock::now(),
            };
            let decision = reduce_resend(current, &scope);
            // The store was not asked, so a check that is due stays due.
            let change = Change::unasked(&stored, &decision, scope.now);
            match self.subscriptions.write(&change, Vec::new()).await {
                Ok(_) => {
                    let notifications = decision.events.iter();
                    return Ok(notifications
                        .map(|event| beacon::project(event, settings).len())
                        .sum());
                }
                Err(CloudError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(CloudError::Conflict("the subscription").into())
    }
}

/// Returns the customer that the path or, without one, the query names: not every id fits into a
/// path.
pub(crate) fn customer_id(request: &Request) -> Result<CustomerId, ApiError> {
    let named = api::path_parameter(request, "customerId").ok();
    let named = named.or_else(|| api::query_parameter(request, "customerId"));
    let named = named.ok_or_else(|| ApiError::query("customerId must be given"))?;
    CustomerId::named(named).map_err(|error| ApiError::query(format!("customerId {error}")))
}
