//! Routes of the API.

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::Broadcasters;
use cloud::purchases::Purchases;
use cloud::subscriptions::Subscriptions;
use cloud::{Aws, CloudError};
use domain::Environment;
use lambda_http::Request;

/// The function's clients.
#[derive(Debug)]
pub struct CustomerApi {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) purchases: Purchases,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) environment: Environment,
}

impl CustomerApi {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names a variable that is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            broadcasters: Broadcasters::caching(aws)?,
            purchases: Purchases::from_environment(aws)?,
            subscriptions: Subscriptions::from_environment(aws)?,
            environment: aws.stage()?,
        })
    }

    /// Answers one request.
    pub async fn handle(&self, request: &Request) -> Answer {
        let route = api::route(request);
        let handler = async {
            match route.as_str() {
                "GET /{store}/purchase-status" => self.purchase_status(request).await,
                "GET /entitlements" => self.entitlements(request).await,
                "GET /entitlements/{offerId}" => self.entitlement(request).await,
                _ => Err(ApiError::not_found("no such resource")),
            }
        };
        api::serve(&route, api::new_correlation_id(), handler).await
    }
}
