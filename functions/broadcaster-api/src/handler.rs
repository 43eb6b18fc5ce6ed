//! Routes of the API.

use cloud::Aws;
use cloud::api::{self, Answer, ApiError};
use cloud::auth;
use cloud::broadcasters::Broadcasters;
use cloud::journal::Journal;
use cloud::purchases::Purchases;
use cloud::store_configs::StoreConfigs;
use cloud::subscriptions::Subscriptions;
use domain::Environment;
use lambda_http::Request;
use stores::{ConnectorContext, StoreConfig};

use crate::endpoints::Deliveries;

/// The function's clients.
#[derive(Debug)]
pub struct BroadcasterApi {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) purchases: Purchases,
    pub(crate) context: ConnectorContext,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) journal: Journal,
    pub(crate) configs: StoreConfigs<StoreConfig>,
    pub(crate) deliveries: Deliveries,
    pub(crate) environment: Environment,
    pub(crate) local_stack: bool,
}

impl BroadcasterApi {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// A variable that is missing, or a client that can't be built.
    pub fn from_environment(aws: &Aws) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self {
            broadcasters: Broadcasters::from_environment(aws)?,
            purchases: Purchases::from_environment(aws)?,
            context: ConnectorContext::new()?,
            subscriptions: Subscriptions::from_environment(aws)?,
            journal: Journal::from_environment(aws)?,
            configs: StoreConfigs::from_environment(aws, StoreConfig::parse)?,
            deliveries: Deliveries::from_environment(aws)?,
            environment: aws.stage()?,
            local_stack: aws.local_stack(),
        })
    }

    /// Answers one request.
    pub async fn handle(&self, request: &Request) -> Answer {
        let route = api::route(request);
        // On the heap, because it contains the future of every route.
        let handler = Box::pin(self.routed(&route, request));
        api::serve(&route, api::new_correlation_id(), handler).await
    }

    async fn routed(&self, route: &str, request: &Request) -> Result<Answer, ApiError> {
        // Before the route is looked at: without a token every path gets the same 401.
        let publisher = auth::publisher(request, &self.broadcasters).await?;
        match route {
            "PUT /v1/stores/{store}" => self.put_store(&publisher, request).await,
            "GET /v1/stores/{store}" => self.get_store(&publisher, request).await,
            "POST /v1/stores/{store}/check" => self.check_store(&publisher, request).await,
            "GET /v1/stores/{store}/claims" => self.get_claim_rule(&publisher, request).await,
            "PUT /v1/stores/{store}/claims" => self.put_claim_rule(&publisher, request).await,
            "GET /v1/offers" => self.list_offers(&publisher, request).await,
            "PUT /v1/offers/{offerId}" => self.put_offer(&publisher, request).await,
            "GET /v1/offers/{offerId}" => self.get_offer(&publisher, request).await,
            "DELETE /v1/offers/{offerId}" => self.delete_offer(&publisher, request).await,
            "GET /v1/offers/{offerId}/coupons" => self.list_campaigns(&publisher, request).await,
            "PUT /v1/offers/{offerId}/coupons/{code}" => {
                self.put_campaign(&publisher, request).await
            }
            "GET /v1/offers/{offerId}/coupons/{code}" => {
                self.get_campaign(&publisher, request).await
            }
            "DELETE /v1/offers/{offerId}/coupons/{code}" => {
                self.delete_campaign(&publisher, request).await
            }
            "PUT /v1/jwks" => self.put_jwks(&publisher, request).await,
            "POST /v1/endpoints" => self.post_endpoint(&publisher, request).await,
            "GET /v1/endpoints" => self.list_endpoints(&publisher, request).await,
            "GET /v1/endpoints/{endpointId}" => self.get_endpoint(&publisher, request).await,
            "PATCH /v1/endpoints/{endpointId}" => self.patch_endpoint(&publisher, request).await,
            "POST /v1/endpoints/{endpointId}/test" => self.test_endpoint(&publisher, request).await,
            "POST /v1/endpoints/{endpointId}/redeliver" => {
                self.redeliver(&publisher, request).await
            }
            "POST /v1/endpoints/{endpointId}/replays" => {
                self.post_replay(&publisher, request).await
            }
            "GET /v1/endpoints/{endpointId}/replays/{replayId}" => {
                self.get_replay(&publisher, request).await
            }
            "DELETE /v1/endpoints/{endpointId}/replays/{replayId}" => {
                self.delete_replay(&publisher, request).await
            }
            "DELETE /v1/endpoints/{endpointId}" => self.delete_endpoint(&publisher, request).await,
            // The form without an id in the path is for customer ids that a path segment cannot
            // carry.
            "POST /v1/customers/{customerId}/resend" | "POST /v1/customers/resend" => {
                self.resend(&publisher, request).await
            }
            "GET /v1/customers/{customerId}/subscriptions" | "GET /v1/customers/subscriptions" => {
                self.list_subscriptions(&publisher, request).await
            }
            "GET /v1/subscriptions/{subscriptionId}" => {
                self.get_subscription(&publisher, request).await
            }
            "GET /v1/subscriptions/{subscriptionId}/receipt" => {
                self.get_receipt(&publisher, request).await
            }
            "GET /v1/subscriptions/{subscriptionId}/subscription-purchase" => {
                self.get_subscription_purchase(&publisher, request).await
            }
            _ => Err(ApiError::not_found("no such resource")),
        }
    }
}
