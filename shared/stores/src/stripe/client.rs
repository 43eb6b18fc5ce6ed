//! Questions to Stripe, and what a refusal means.

use std::time::{Duration, Instant};

use domain::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Config;
use super::wire::{self, malformed};
use crate::LookUpError;
use crate::address::{encoded, exact};
use crate::http::{self, Answer};

/// What a question may say besides its path.
pub(super) type Query<'a> = [(&'a str, &'a str)];

/// The questions of one look, which share the time that they may take.
pub(super) struct Question<'a> {
    client: &'a Client,
    pub(super) config: &'a Config,
    pub(super) observed_at: Timestamp,
    began: Instant,
}

impl<'a> Question<'a> {
    pub(super) fn begin(client: &'a Client, config: &'a Config, observed_at: Timestamp) -> Self {
        Self {
            client,
            config,
            observed_at,
            began: Instant::now(),
        }
    }

    /// What stands at a path below `/v1/`, whose parts are encoded already.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query<'_>,
    ) -> Result<T, LookUpError> {
        read(&self.send(path, query).await?)
    }

    /// The same of something that another answer named: if it isn't there, that says nothing of the
    /// purchase.
    pub(super) async fn also<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query<'_>,
    ) -> Result<T, LookUpError> {
        self.get(path, query).await.map_err(beside)
    }

    /// Sends a question and returns whatever is answered.
    pub(super) async fn send(&self, path: &str, query: &Query<'_>) -> Result<Answer, LookUpError> {
        http::exchange(self.request(path, query)?).await
    }

    /// The same, for an answer of at most so many bytes.
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
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| LookUpError::Unauthorized)?;
        bearer.set_sensitive(true);
        let mut request = self
            .client
            .get(exact(&address)?)
            .timeout(self.left())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, bearer)
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

/// What an answer 200 says.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, LookUpError> {
    if let Some(error) = refusal(answer) {
        return Err(error);
    }
    let json: Value =
        serde_json::from_slice(&answer.body).map_err(|_| malformed("it is not JSON"))?;
    wire::read(&json)
}

/// The path of an object.
pub(super) fn path(objects: &str, id: &str) -> String {
    format!("{objects}/{}", encoded(id))
}

/// The answer has to be about what was asked for.
pub(super) fn same(asked: &str, answered: &str) -> Result<(), LookUpError> {
    if asked == answered {
        Ok(())
    } else {
        Err(malformed("it is about something else"))
    }
}

/// What it means that Stripe does not know something that it named itself.
pub(super) fn beside(error: LookUpError) -> LookUpError {
    match error {
        LookUpError::NotFound => malformed("it names something that does not exist"),
        other => other,
    }
}

/// What an answer says of the question; `None` for 200.
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
    tracing::debug!(store = "stripe", status, code = %error.code, request_id, "stripe refuses");
    Some(match status {
        // The same for every purchase: the fault is in the question.
        400 | 402 | 405 | 422 => malformed(&format!("status {status}, {}", error.code)),
        401 | 403 => {
            tracing::warn!(store = "stripe", status, code = %error.code, "the api key is refused");
            LookUpError::Unauthorized
        }
        404 if error.is_missing => {
            if error.other_mode {
                tracing::warn!(store = "stripe", "it exists in the other mode only");
            }
            LookUpError::NotFound
        }
        404 => LookUpError::Unavailable("status 404, not by stripe".to_owned()),
        _ => answer
            .refusal()
            .unwrap_or_else(|| LookUpError::Unavailable(format!("status {status}"))),
    })
}

/// Stripe's error, as far as it is one.
pub(super) struct Refusal {
    /// A single word.
    pub(super) code: String,
    /// The object that was asked for does not exist.
    pub(super) is_missing: bool,
    /// It exists, but not in the mode of the key.
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

/// Codes are words; ids and keys have digits and capitals in them.
fn is_word(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn is_request_id(text: &str) -> bool {
    text.strip_prefix("req_").is_some_and(|rest| {
        (1..=64).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}
