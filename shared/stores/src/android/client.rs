//! The look-up of a subscription by its token, and the acknowledgement of its delivery.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{StoreState, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::access_token::AccessToken;
use super::wire::Purchase;
use super::{Config, Kept, snapshot};
use crate::address::{encoded, exact};
use crate::http::{self, Answer};
use crate::{Locator, LookUpError, LookedUp, Receipt};

/// The reasons of a 403 that are about how often is asked, not about who asks.
const QUOTA: [&str; 5] = [
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
];

/// Asks Google for a subscription.
pub(crate) async fn look_up(
    client: &Client,
    kept: &Kept,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let package_name = snapshot::package_name(config, locator)?;
    let question = Question::begin(client, kept, config, package_name);
    let mut answer = question.subscription(locator).await?;
    let snapshot = snapshot(config, locator, &answer, observed_at)?;
    if let Some(fields) = answer.as_object_mut() {
        // Names and addresses of people.
        fields.remove("subscribeWithGoogleInfo");
    }
    Ok(LookedUp {
        snapshot,
        receipt: Some(Receipt(answer)),
        others: Vec::new(),
    })
}

/// Tells Google that a purchase was delivered, if its state asks for that.
pub(crate) async fn acknowledge(
    client: &Client,
    kept: &Kept,
    config: &Config,
    locator: &Locator,
    state: &StoreState,
) -> Result<(), LookUpError> {
    if state.acknowledge_by.is_none() || !config.acknowledge {
        return Ok(());
    }
    let package_name = snapshot::package_name(config, locator)?;
    let question = Question::begin(client, kept, config, package_name);
    match question.acknowledge(locator, &state.product_id).await {
        // Somebody else may have been quicker.
        Err(LookUpError::Rejected(why)) => {
            let answer = question.subscription(locator).await?;
            let heard = Purchase::read(&answer).is_ok_and(|purchase| purchase.is_acknowledged());
            if heard {
                Ok(())
            } else {
                Err(LookUpError::Rejected(why))
            }
        }
        other => other,
    }
}

/// The calls about one purchase, which share the time that they may take.
struct Question<'a> {
    client: &'a Client,
    kept: &'a Kept,
    config: &'a Config,
    package_name: &'a str,
    began: Instant,
}

impl<'a> Question<'a> {
    fn begin(
        client: &'a Client,
        kept: &'a Kept,
        config: &'a Config,
        package_name: &'a str,
    ) -> Self {
        Self {
            client,
            kept,
            config,
            package_name,
            began: Instant::now(),
        }
    }

    async fn subscription(&self, locator: &Locator) -> Result<Value, LookUpError> {
        let token = encoded(locator.key.as_str());
        let url = self.address(&format!("subscriptionsv2/tokens/{token}"))?;
        let answer = self.call(self.client.get(url)).await?;
        serde_json::from_slice(&answer)
            .map_err(|_| LookUpError::Malformed("it is not JSON".to_owned()))
    }

    async fn acknowledge(&self, locator: &Locator, product_id: &str) -> Result<(), LookUpError> {
        let token = encoded(locator.key.as_str());
        let product_id = encoded(product_id);
        let path = format!("subscriptions/{product_id}/tokens/{token}:acknowledge");
        let url = self.address(&path)?;
        let request = self.client.post(url);
        let request = request.header(CONTENT_TYPE, "application/json").body("{}");
        self.call(request).await.map(|_| ())
    }

    fn address(&self, path: &str) -> Result<Url, LookUpError> {
        let (base, package_name) = (&self.config.api_base_url, encoded(self.package_name));
        exact(&format!(
            "{base}/androidpublisher/v3/applications/{package_name}/purchases/{path}"
        ))
    }

    /// Makes a call, and once more with a new access token if Google doesn't accept the kept one.
    async fn call(&self, request: RequestBuilder) -> Result<Vec<u8>, LookUpError> {
        let (tokens, account) = (&self.kept.access_tokens, &self.config.service_account);
        let once_more = request.try_clone();
        let token = tokens.get(self.client, account, self.left()).await?;
        let mut answer = self.send(request, &token).await?;
        if let (401, Some(request)) = (answer.status.as_u16(), once_more) {
            tokens.forget(account, &token).await;
            let token = tokens.get(self.client, account, self.left()).await?;
            answer = self.send(request, &token).await?;
        }
        match refusal(&answer) {
            None => Ok(answer.body),
            Some(error) => Err(error),
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

/// What an answer says of the question; `None` for all kinds of yes.
fn refusal(answer: &Answer) -> Option<LookUpError> {
    if answer.status.is_success() {
        return None;
    }
    let status = answer.status.as_u16();
    let reasons = reasons(&answer.body);
    let by_quota = reasons
        .iter()
        .any(|reason| QUOTA.contains(&reason.as_str()));
    let reason = reasons.first().map_or("no reason", String::as_str);
    tracing::debug!(store = "android", status, reason, "google refuses");
    match status {
        400 => Some(LookUpError::Rejected(format!("status 400, {reason}"))),
        401 | 403 if !by_quota => {
            tracing::warn!(
                store = "android",
                status,
                reason,
                "the service account is refused"
            );
            Some(LookUpError::Unauthorized)
        }
        403 => Some(LookUpError::Throttled {
            retry_after: answer.retry_after(),
        }),
        410 => Some(LookUpError::NotFound),
        _ => answer.refusal(),
    }
}

/// Why Google refuses, in single words; the body may also be anything else.
fn reasons(body: &[u8]) -> Vec<String> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let listed = |pointer| json.pointer(pointer).and_then(Value::as_array);
    let (errors, details) = (listed("/error/errors"), listed("/error/details"));
    let is_word = |text: &&str| {
        let plain = |b: u8| b.is_ascii_alphabetic() || b == b'_';
        (1..=64).contains(&text.len()) && text.bytes().all(plain)
    };
    errors
        .into_iter()
        .chain(details)
        .flatten()
        .filter_map(|error| error.get("reason"))
        .chain(json.pointer("/error/status"))
        .filter_map(Value::as_str)
        .filter(is_word)
        .map(str::to_owned)
        .collect()
}
