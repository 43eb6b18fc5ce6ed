//! Requests to Stripe, and the meaning of its refusals.

pub(in crate::connectors::stripe) mod lists;

use std::time::{Duration, Instant};

use domain::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION};
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Config;
use super::wire::{self, malformed};
use crate::LookUpError;
use crate::address::{encoded, exact};
use crate::http::{self, Answer};

/// Query parameters of a request.
pub(super) type Query<'a> = [(&'a str, &'a str)];

/// Requests of one look-up, which share its time limit.
pub(super) struct ApiClient<'a> {
    client: &'a Client,
    pub(super) config: &'a Config,
    pub(super) observed_at: Timestamp,
    began: Instant,
}

impl<'a> ApiClient<'a> {
    pub(super) fn begin(client: &'a Client, config: &'a Config, observed_at: Timestamp) -> Self {
        Self {
            client,
            config,
            observed_at,
            began: Instant::now(),
        }
    }

    /// Gets an object at a path below `/v1/` whose parts are percent-encoded.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query<'_>,
    ) -> Result<T, LookUpError> {
        read(&self.send(path, query).await?)
    }

    /// Gets an object that another answer named. If it does not exist, that says nothing about the
    /// purchase.
    pub(super) async fn also<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query<'_>,
    ) -> Result<T, LookUpError> {
        self.get(path, query).await.map_err(beside)
    }

    /// Sends a request and returns any answer.
    pub(super) async fn send(&self, path: &str, query: &Query<'_>) -> Result<Answer, LookUpError> {
        http::exchange(self.request(path, query)?).await
    }

    /// Sends a request and accepts an answer of up to `most` bytes.
    pub(super) async fn send_for_at_most(
        &self,
        most: usize,
        path: &str,
        query: &Query<'_>,
    ) -> Result<Answer, LookUpError> {
        http::exchange_of_at_most(self.request(path, query)?, most).await
    }

    fn request(&self, path: &str, query: &Query<'_>) -> Result<RequestBuilder, LookUpError> {
        let mut address = format!("{}/v1/{path}", self.config.api_base_url);
        for (place, (name, value)) in query.iter().enumerate() {
            address.push(if place == 0 { '?' } else { '&' });
            address.push_str(&format!("{}={}", encoded(name), encoded(value)));
        }
        let bearer = format!("Bearer {}", self.config.api_key.expose_secret());
        let bearer = http::secret_header(&bearer)?;
        let mut request = self
            .client
            .get(exact(&address)?)
            .timeout(self.left())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, bearer)
            // Without it the account's default version decides about the shape of the answer.
            .header("Stripe-Version", self.config.api_version.as_str());
        if let Some(account) = &self.config.account {
            request = request.header("Stripe-Account", account);
        }
        Ok(request)
    }

    fn left(&self) -> Duration {
        let left = self.config.timeout.saturating_sub(self.began.elapsed());
        left.max(Duration::from_millis(1))
    }
}

/// Deserialises the content of a 200.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, LookUpError> {
    if let Some(error) = refusal(answer) {
        return Err(error);
    }
    let json: Value =
        serde_json::from_slice(&answer.body).map_err(|_| malformed("it is not JSON"))?;
    wire::read(&json)
}

/// Builds the path of an object.
pub(super) fn path(objects: &str, id: &str) -> String {
    format!("{objects}/{}", encoded(id))
}

/// Checks that an answer is about the object that was requested.
pub(super) fn same(asked: &str, answered: &str) -> Result<(), LookUpError> {
    if asked == answered {
        Ok(())
    } else {
        Err(malformed("it is about something else"))
    }
}

/// Maps a 404 on a related object to `Malformed`.
pub(super) fn beside(error: LookUpError) -> LookUpError {
    match error {
        // "Not found" would end the purchase, which exists: Stripe itself named the missing object.
        LookUpError::NotFound => malformed("it names something that does not exist"),
        other => other,
    }
}

/// Maps an answer to an error; `None` for 200.
pub(super) fn refusal(answer: &Answer) -> Option<LookUpError> {
    let status = answer.status.as_u16();
    if status == 200 {
        return None;
    }
    let error = Refusal::of(answer);
    let request_id = answer.headers.get("request-id");
    let request_id = request_id
        .and_then(|id| id.to_str().ok())
        .filter(|id| is_request_id(id));
    let request_id = request_id.unwrap_or("none");
    tracing::debug!(store = "stripe", status, code = %error.code, request_id, "stripe refused a request");
    Some(match status {
        // These do not depend on the purchase: the request is at fault.
        400 | 402 | 405 | 422 => malformed(&format!("status {status}, {}", error.code)),
        401 | 403 => {
            tracing::warn!(store = "stripe", status, code = %error.code, "the api key is refused");
            LookUpError::Unauthorized
        }
        404 if error.is_missing => {
            if error.other_mode {
                tracing::warn!(
                    store = "stripe",
                    "the requested object exists only in the other mode"
                );
            }
            LookUpError::NotFound
        }
        // Stripe's own 404 has an error in its body. Any other one is by something in between, and
        // must not end a purchase.
        404 => LookUpError::Unavailable("status 404, not by stripe".to_owned()),
        _ => answer
            .refusal()
            .unwrap_or_else(|| LookUpError::Unavailable(format!("status {status}"))),
    })
}

/// Stripe's error, as far as the body contains one.
pub(super) struct Refusal {
    /// Stripe's `code`, or else `type`, or "no code".
    pub(super) code: String,
    /// Whether the requested object does not exist.
    pub(super) is_missing: bool,
    /// Whether it exists in the other mode than the key's.
    other_mode: bool,
}

impl Refusal {
    pub(super) fn of(answer: &Answer) -> Self {
        Self::read(&answer.body)
    }

    pub(super) fn read(body: &[u8]) -> Self {
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| {
            let text = json.pointer("/error").and_then(|error| error.get(name));
            text.and_then(Value::as_str).unwrap_or_default()
        };
        let (code, kind, message) = (text("code"), text("type"), text("message"));
        let word = [code, kind].into_iter().find(|word| is_word(word));
        Self {
            code: word.unwrap_or("no code").to_owned(),
            is_missing: code == "resource_missing" || message.starts_with("No such "),
            other_mode: message.contains("a similar object exists in"),
        }
    }
}

/// Whether a text is a code. Ids and keys contain digits and capitals, and must not reach a log.
fn is_word(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn is_request_id(text: &str) -> bool {
    text.strip_prefix("req_").is_some_and(|rest| {
        (1..=64).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}
