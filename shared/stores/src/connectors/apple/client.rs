//! Requests of the App Store Server API.

pub(in crate::connectors::apple) mod bearer;

use std::time::{Duration, Instant};

use domain::{Environment, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Config;
use super::wire::{self, Refusal};
use crate::address::{encoded, exact};
use crate::http::{self, Answer};
use crate::{ConnectorContext, LookUpError};
use bearer::Tokens;

/// Largest answer in bytes: 100 subscriptions, each with two signed parts that contain all their
/// certificates.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Largest page of the notification history in bytes: 20 notifications with all their certificates.
const LARGEST_HISTORY: usize = 2 * 1024 * 1024;

/// Longest wait that is believed, because Apple counts rates by the hour.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// Epoch numbers from here on are milliseconds; as seconds to wait they would be 3,000 years.
const LEAST_MILLISECONDS: u64 = 100_000_000_000;

/// Requests of one look-up, which share its time limit.
pub(super) struct ApiClient<'a> {
    client: &'a Client,
    tokens: Tokens,
    config: &'a Config,
    began: Instant,
}

impl<'a> ApiClient<'a> {
    pub(super) fn begin(context: &'a ConnectorContext, config: &'a Config) -> Self {
        Self {
            client: &context.http,
            tokens: context.cache(),
            config,
            began: Instant::now(),
        }
    }

    /// Requests something by a transaction id; `None` if there is no such transaction in that
    /// environment. It may be one of the other.
    pub(super) async fn by_id<T: DeserializeOwned>(
        &self,
        environment: Environment,
        path: &str,
        id: &str,
    ) -> Result<Option<T>, LookUpError> {
        let base = self.config.base_url(environment);
        let url = exact(&format!("{base}/inApps/v1/{path}/{}", encoded(id)))?;
        let request = self.client.get(url);
        let answer = self.exchange(environment, request, LARGEST_ANSWER).await?;
        match refusal(environment, &answer) {
            None => read(&answer.body).map(Some),
            Some(Refused::NotHere) => Ok(None),
            Some(Refused::Because(error)) => Err(error),
        }
    }

    /// Requests a page of the notification history.
    pub(super) async fn history<T: DeserializeOwned>(
        &self,
        environment: Environment,
        body: &Value,
        page: Option<&str>,
    ) -> Result<T, LookUpError> {
        let base = self.config.base_url(environment);
        let page = page.map(|token| format!("?paginationToken={}", encoded(token)));
        let page = page.unwrap_or_default();
        let url = exact(&format!("{base}/inApps/v1/notifications/history{page}"))?;
        let request = self.client.post(url).body(body.to_string());
        let request = request.header(CONTENT_TYPE, "application/json");
        let answer = self.exchange(environment, request, LARGEST_HISTORY).await?;
        match refusal(environment, &answer) {
            None => read(&answer.body),
            Some(Refused::NotHere) => Err(LookUpError::NotFound),
            Some(Refused::Because(error)) => Err(error),
        }
    }

    /// Sends a request. If Apple refuses a cached token, sends it once more with a new one.
    async fn exchange(
        &self,
        environment: Environment,
        request: RequestBuilder,
        most: usize,
    ) -> Result<Answer, LookUpError> {
        let once_more = request.try_clone();
        let (answer, reused) = self.send(request, most).await?;
        // Production refuses every request about an app that was never released; another token
        // would not help.
        let expected = environment == Environment::Production && self.config.sandbox_on_401;
        match once_more {
            Some(request) if answer.status == StatusCode::UNAUTHORIZED && reused && !expected => {
                self.send(request, most).await.map(|(answer, _)| answer)
            }
            _ => Ok(answer),
        }
    }

    /// Sends a request and returns the answer, and whether the token was cached. A token that Apple
    /// refuses is dropped from the cache.
    async fn send(
        &self,
        request: RequestBuilder,
        most: usize,
    ) -> Result<(Answer, bool), LookUpError> {
        let (tokens, key) = (&self.tokens, &self.config.api_key);
        let authorization = tokens.authorization(key, Timestamp::now())?;
        let left = self.config.timeout.saturating_sub(self.began.elapsed());
        let request = request
            .timeout(left.max(Duration::from_millis(1)))
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, authorization.header);
        let answer = http::exchange_of_at_most(request, most).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            tokens.forget(key);
        }
        Ok((answer, authorization.reused))
    }
}

fn refusal(environment: Environment, answer: &Answer) -> Option<Refused> {
    let refused = refused(answer)?;
    let status = answer.status.as_u16();
    tracing::debug!(store = "apple", %environment, status, code = code(answer), "apple refused a request");
    Some(refused)
}

/// Result other than the requested one.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    /// There is no such transaction in this environment.
    NotHere,
    Because(LookUpError),
}

/// Maps an answer to its refusal; `None` for 200.
fn refused(answer: &Answer) -> Option<Refused> {
    let status = answer.status.as_u16();
    let code = code(answer);
    let named = || match code {
        0 => format!("status {status}"),
        _ => format!("error {code}"),
    };
    Some(match (status, code) {
        (200, _) => return None,
        // Only these codes say that the id is unknown. A 404 without a code is not by Apple.
        (404, 4_040_001 | 4_040_005 | 4_040_010) => Refused::NotHere,
        // No app with that id, or none that the key may ask about.
        (400, 4_000_002) | (404, 4_040_003) | (401 | 403, _) => {
            Refused::Because(LookUpError::Unauthorized)
        }
        (400, code) if is_final(code) => Refused::Because(LookUpError::Rejected(named())),
        (429, _) => Refused::Because(LookUpError::Throttled {
            retry_after: wait(answer, Timestamp::now()),
        }),
        // Includes Apple's retryable errors, and answers of something between Apple and us.
        _ => Refused::Because(LookUpError::Unavailable(named())),
    })
}

/// Whether Apple documents the code for a request that stays wrong however often it is sent: a bad
/// id, page or parameter. An unknown code says nothing about the purchase.
const fn is_final(code: u32) -> bool {
    matches!(
        code,
        4_000_000
            | 4_000_005..=4_000_006
            | 4_000_008..=4_000_028
            | 4_000_030..=4_000_043
            | 4_000_047..=4_000_048
            | 4_000_161..=4_000_224
    )
}

/// Returns Apple's error code; 0 if the answer has none.
fn code(answer: &Answer) -> u32 {
    let read = wire::read::<Refusal>(&answer.body);
    read.map_or(0, |refusal| refusal.error_code)
}

/// Returns how long Apple asks to wait. Its header `Retry-After` is a time in epoch milliseconds
/// and not a number of seconds.
fn wait(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let given = answer.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match given.parse::<u64>() {
        Ok(until) if until >= LEAST_MILLISECONDS => {
            let now = u64::try_from(now.as_millisecond()).unwrap_or_default();
            Duration::from_secs(until.saturating_sub(now).div_ceil(1000))
        }
        _ => answer.retry_after()?,
    };
    Some(wait.min(LONGEST_WAIT))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, LookUpError> {
    wire::read(body).map_err(|error| LookUpError::Malformed(error.to_string()))
}
