//! Requests about one purchase, or about the voided purchases of an application.

pub(in crate::connectors::android) mod access_token;
pub(in crate::connectors::android) mod acknowledge;
pub(in crate::connectors::android) mod refusal;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Locator, StoreState};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Url};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::Config;
use crate::address::{encoded, exact};
use crate::http::{self, Answer};
use crate::{ConnectorContext, LookUpError};
use access_token::{AccessToken, AccessTokens};
use refusal::{Refused, refusal};

/// Kind of purchase that a token stands for.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Subscription,
    OneTime,
}

/// Requests of one call, which share its time limit.
pub(super) struct ApiClient<'a> {
    client: &'a Client,
    access_tokens: AccessTokens,
    config: &'a Config,
    package_name: &'a str,
    began: Instant,
}

impl<'a> ApiClient<'a> {
    pub(super) fn begin(
        context: &'a ConnectorContext,
        config: &'a Config,
        package_name: &'a str,
    ) -> Self {
        Self {
            client: &context.http,
            access_tokens: context.cache(),
            config,
            package_name,
            began: Instant::now(),
        }
    }

    /// Asks about another application, within the same time limit.
    pub(super) const fn about(mut self, package_name: &'a str) -> Self {
        self.package_name = package_name;
        self
    }

    pub(super) async fn of(&self, kind: Kind, locator: &Locator) -> Result<Value, Refused> {
        let token = encoded(locator.key.as_str());
        let path = match kind {
            Kind::Subscription => "subscriptionsv2",
            Kind::OneTime => "productsv2",
        };
        let url = self.address(&format!("{path}/tokens/{token}"))?;
        self.get(url).await
    }

    /// Requests one page of the application's voided purchases.
    pub(super) async fn voided(&self, query: &[(&str, &str)]) -> Result<Value, Refused> {
        let mut url = self.address("voidedpurchases")?;
        url.query_pairs_mut().extend_pairs(query);
        self.get(url).await
    }

    async fn get(&self, url: Url) -> Result<Value, Refused> {
        let answer = self.call(self.client.get(url)).await?;
        let unreadable = |_| LookUpError::Malformed("it is not JSON".to_owned());
        Ok(serde_json::from_slice(&answer).map_err(unreadable)?)
    }

    async fn acknowledge(
        &self,
        kind: Kind,
        locator: &Locator,
        state: &StoreState,
    ) -> Result<(), LookUpError> {
        let token = encoded(locator.key.as_str());
        // The path requires a product id; Google documents it as ignored, but the published
        // template still has it.
        let product_id = encoded(&state.product_id);
        let path = match kind {
            Kind::Subscription => "subscriptions",
            Kind::OneTime => "products",
        };
        let url = self.address(&format!("{path}/{product_id}/tokens/{token}:acknowledge"))?;
        let request = self.client.post(url);
        let request = request.header(CONTENT_TYPE, "application/json").body("{}");
        self.call(request).await?;
        Ok(())
    }

    fn address(&self, path: &str) -> Result<Url, LookUpError> {
        let (base, package_name) = (&self.config.api_base_url, encoded(self.package_name));
        exact(&format!(
            "{base}/androidpublisher/v3/applications/{package_name}/purchases/{path}"
        ))
    }

    /// Sends a request, and repeats it once with a new access token if Google refuses the cached
    /// one.
    async fn call(&self, request: RequestBuilder) -> Result<Vec<u8>, Refused> {
        let (tokens, account) = (&self.access_tokens, &self.config.service_account);
        let once_more = request.try_clone();
        let token = tokens.get(self.client, account, self.left()).await?;
        let mut answer = self.send(request, &token).await?;
        // A token can be revoked before it expires, for example when the key is deleted.
        if let (401, Some(request)) = (answer.status.as_u16(), once_more) {
            tokens.forget(account, &token).await;
            let token = tokens.get(self.client, account, self.left()).await?;
            answer = self.send(request, &token).await?;
        }
        match refusal(&answer) {
            None => Ok(answer.body),
            Some(refused) => Err(refused),
        }
    }

    async fn send(
        &self,
        request: RequestBuilder,
        token: &Arc<AccessToken>,
    ) -> Result<Answer, LookUpError> {
        let bearer = format!("Bearer {}", token.text.expose_secret());
        let bearer = http::secret_header(&bearer)?;
        let request = request
            .timeout(self.left())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, bearer);
        http::exchange(request).await
    }

    fn left(&self) -> Duration {
        let left = self.config.timeout.saturating_sub(self.began.elapsed());
        left.max(Duration::from_millis(1))
    }
}
