//! Look-up of a purchase by its token, and its acknowledgement.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Locator, StoreState, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::access_token::AccessToken;
use super::access_token::AccessTokens;
use super::refusal::{Refused, refusal};
use super::submission::{ORDER_ID, is_one_time};
use super::wire::Purchase;
use super::{Config, one_time, snapshot};
use crate::address::{encoded, exact};
use crate::http::{self, Answer};
use crate::{ConnectorContext, LookUpError, LookedUp, Receipt};

/// Looks a purchase up.
pub(crate) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let package_name = snapshot::package_name(config, locator)?;
    let api = ApiClient::begin(context, config, package_name);
    let (is, mut answer) = api.purchase(locator).await?;
    let snapshot = match is {
        Kind::Subscription => snapshot(config, locator, &answer, observed_at)?,
        Kind::OneTime => one_time::one_time_snapshot(config, locator, &answer, observed_at)?,
    };
    if let Some(fields) = answer.as_object_mut() {
        // Personal data: names and addresses. The receipt is stored and shown.
        fields.remove("subscribeWithGoogleInfo");
    }
    Ok(LookedUp {
        snapshot,
        receipt: Some(Receipt(answer)),
        others: Vec::new(),
    })
}

/// Acknowledges a purchase, if its state requires it.
pub(crate) async fn acknowledge(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    state: &StoreState,
) -> Result<(), LookUpError> {
    if state.acknowledge_by.is_none() || !config.acknowledge {
        return Ok(());
    }
    let package_name = snapshot::package_name(config, locator)?;
    let api = ApiClient::begin(context, config, package_name);
    let kind = if state.billing.is_one_time() {
        Kind::OneTime
    } else {
        Kind::Subscription
    };
    match api.acknowledge(kind, locator, state).await {
        // The app or another function may have acknowledged it at the same time, which Google
        // answers with an error. The purchase itself shows whether it is done.
        Err(LookUpError::Rejected(why)) => {
            let answer = api.of(kind, locator).await?;
            let heard = match kind {
                Kind::Subscription => {
                    Purchase::read(&answer).is_ok_and(|purchase| purchase.is_acknowledged())
                }
                Kind::OneTime => one_time::is_acknowledged(&answer),
            };
            if heard {
                Ok(())
            } else {
                Err(LookUpError::Rejected(why))
            }
        }
        other => other,
    }
}

/// Kind of purchase that a token stands for.
#[derive(Clone, Copy)]
enum Kind {
    Subscription,
    OneTime,
}

/// Requests about one purchase, which share its time limit.
struct ApiClient<'a> {
    client: &'a Client,
    access_tokens: AccessTokens,
    config: &'a Config,
    package_name: &'a str,
    began: Instant,
}

impl<'a> ApiClient<'a> {
    fn begin(context: &'a ConnectorContext, config: &'a Config, package_name: &'a str) -> Self {
        Self {
            client: &context.http,
            access_tokens: context.cache(),
            config,
            package_name,
            began: Instant::now(),
        }
    }

    /// Requests the purchase, whichever kind it is.
    ///
    /// The hint only decides which kind is requested first, because an app may be wrong. A stored
    /// order id shows that the token was a subscription's.
    async fn purchase(&self, locator: &Locator) -> Result<(Kind, Value), LookUpError> {
        let (subscription, one_time) = (Kind::Subscription, Kind::OneTime);
        // An app may be wrong about the kind, so a refusal of one kind says nothing about the other.
        if is_one_time(locator) {
            return match self.of(one_time, locator).await {
                Err(refused) if says_no(&refused.error) => {
                    let answer = self.of(subscription, locator).await?;
                    Ok((subscription, answer))
                }
                answer => Ok((one_time, answer?)),
            };
        }
        match self.of(subscription, locator).await {
            // 410 also means a subscription that expired more than 60 days ago. One with a known
            // order was a subscription, and needs no second request.
            Err(refused) if refused.gone && !locator.details.contains_key(ORDER_ID) => {
                match self.of(one_time, locator).await {
                    // The first answer is more specific: it is about the kind that was expected.
                    Err(other) if says_no(&other.error) => Err(refused.error),
                    answer => Ok((one_time, answer?)),
                }
            }
            answer => Ok((subscription, answer?)),
        }
    }

    async fn of(&self, kind: Kind, locator: &Locator) -> Result<Value, Refused> {
        let token = encoded(locator.key.as_str());
        let path = match kind {
            Kind::Subscription => "subscriptionsv2",
            Kind::OneTime => "productsv2",
        };
        let url = self.address(&format!("{path}/tokens/{token}"))?;
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
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| LookUpError::Unauthorized)?;
        bearer.set_sensitive(true);
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

/// Whether Google has no such purchase, or none of that kind.
const fn says_no(error: &LookUpError) -> bool {
    matches!(error, LookUpError::NotFound | LookUpError::Rejected(_))
}
