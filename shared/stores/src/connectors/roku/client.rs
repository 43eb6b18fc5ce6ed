//! Requests to Roku, and the meaning of its answers.

use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::header::{ACCEPT, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::Config;
use super::wire::{self, Refusal};
use crate::LookUpError;
use crate::address::{encoded, exact};
use crate::http::{self, Answer};

/// Requests about one purchase, which share its time limit.
pub(super) struct ApiClient<'a> {
    client: &'a Client,
    config: &'a Config,
    began: Instant,
}

impl<'a> ApiClient<'a> {
    pub(super) fn begin(client: &'a Client, config: &'a Config) -> Self {
        Self {
            client,
            config,
            began: Instant::now(),
        }
    }

    /// Fetches the answer about one transaction. The second key is tried if Roku refuses the first.
    pub(super) async fn transaction(&self, id: &str) -> Result<Value, LookUpError> {
        for key in &self.config.api_keys {
            match self.ask(key, id).await {
                Err(LookUpError::Unauthorized) => {}
                answer => return answer,
            }
        }
        Err(LookUpError::Unauthorized)
    }

    /// Sends a request with one key. The key is a part of the URL, so no error contains the URL.
    pub(super) async fn ask(&self, key: &SecretString, id: &str) -> Result<Value, LookUpError> {
        let (base, key) = (&self.config.api_base_url, key.expose_secret());
        let url = exact(&format!(
            "{base}/validate-transaction/{key}/{}",
            encoded(id)
        ))?;
        // The remainder of the look-up's time limit: several transactions may have to be requested.
        let left = self.config.timeout.saturating_sub(self.began.elapsed());
        let request = self
            .client
            .get(url)
            .timeout(left.max(Duration::from_millis(1)))
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        read(&http::exchange(request).await?)
    }
}

/// Maps an answer to JSON or an error. Roku reports most failures with status 200.
pub(super) fn read(answer: &Answer) -> Result<Value, LookUpError> {
    match (answer.status.as_u16(), answer.refusal()) {
        (200, _) => {}
        // Says nothing about the transaction: there is no service at this URL.
        (404, _) => return Err(LookUpError::Unavailable("status 404".to_owned())),
        (_, Some(refusal)) => return Err(refusal),
        (_, None) => {}
    }
    let malformed = |what: String| LookUpError::Malformed(what);
    let json: Value =
        serde_json::from_slice(&answer.body).map_err(|_| malformed("it is not JSON".to_owned()))?;
    let refusal = wire::refusal(&json).map_err(|error| malformed(error.to_string()))?;
    match refusal {
        None => Ok(json),
        Some(Refusal::Unauthorized) => Err(LookUpError::Unauthorized),
        Some(Refusal::Unknown) => Err(LookUpError::NotFound),
        // Roku publishes no list of errors. Unknown words must not end a purchase.
        Some(Refusal::Other) => {
            let reason = "it refuses in words that are not known";
            Err(LookUpError::Unavailable(reason.to_owned()))
        }
    }
}
