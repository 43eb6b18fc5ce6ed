//! Look-up of a transaction.

use std::time::{Duration, Instant};

use domain::{Locator, Timestamp};
use reqwest::Client;
use reqwest::header::{ACCEPT, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::config::Fresh;
use super::hints::{Hints, Named};
use super::replaced::known_original;
use super::snapshot;
use super::wire::{self, Refusal, Transaction};
use super::{Config, submission};
use crate::address::{encoded, exact};
use crate::http::{self, Answer};
use crate::{ConnectorContext, LookUpError, LookedUp, Receipt};

/// Longest answer that is stored as a receipt, in bytes: ten times a usual one.
const LONGEST_RECEIPT: usize = 16 * 1024;

/// Looks a purchase up.
pub(crate) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let api = ApiClient::begin(&context.http, config);
    let (answer, line) = api.line(locator).await?;
    let replaced = api.replaced(locator, &line).await?;
    let snapshot = snapshot::of(config, locator, &line, replaced.as_ref(), observed_at)?;
    Ok(LookedUp {
        snapshot,
        receipt: Some(answer)
            .filter(|answer| answer.to_string().len() <= LONGEST_RECEIPT)
            .map(Receipt),
        others: Vec::new(),
    })
}

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

    /// Returns the answer about the purchase, by the first of its transactions that Roku knows.
    async fn line(&self, locator: &Locator) -> Result<(Value, Transaction), LookUpError> {
        let mut unknown = LookUpError::NotFound;
        for named in transactions(self.config, locator) {
            match self.transaction(named.id).await {
                // A transaction that bought no period, such as a refund, has no end and says
                // nothing about the subscription.
                Ok((_, line)) if !named.charge && line.expires_at.is_none() => {}
                Ok(found) => return Ok(found),
                // Another id must not answer in place of one that Roku could not answer now.
                Err(error) if error.is_transient() => return Err(error),
                Err(error) => unknown = error,
            }
        }
        Err(unknown)
    }

    /// Fetches the subscription that this one has replaced, if it is not known yet or still counts.
    async fn replaced(
        &self,
        locator: &Locator,
        line: &Transaction,
    ) -> Result<Option<Transaction>, LookUpError> {
        let id = line.replaced.as_deref();
        let Some(id) = id.filter(|id| submission::key(id).is_some()) else {
            return Ok(None);
        };
        let known = known_original(Hints::of(locator), id).is_some();
        // The new plan gives access already, so the old one matters no more.
        let runs = line.entitled == Some(true) && line.word() != "pendingactive";
        if known && runs {
            return Ok(None);
        }
        match self.transaction(id).await {
            Ok((_, replaced)) => Ok(Some(replaced)),
            Err(error) if error.is_transient() => Err(error),
            Err(_unknown) => Ok(None),
        }
    }

    /// Fetches the answer about one transaction. The second key is tried if Roku refuses the first.
    async fn transaction(&self, id: &str) -> Result<(Value, Transaction), LookUpError> {
        for key in &self.config.api_keys {
            match self.ask(key, id).await {
                Err(LookUpError::Unauthorized) => {}
                Ok(answer) => {
                    let line = snapshot::read(&answer)?;
                    return Ok((answer, line));
                }
                Err(error) => return Err(error),
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

/// Returns the transactions to ask for, in order.
fn transactions<'a>(config: &Config, locator: &'a Locator) -> Vec<Named<'a>> {
    let own = Named {
        id: locator.key.as_str(),
        at: None,
        charge: true,
    };
    let mut named = Hints::of(locator).transactions();
    // Roku does not document which transaction of a subscription shows its current state, hence the
    // switch.
    match config.fresh {
        Fresh::Latest => named.push(own),
        Fresh::Original => named.insert(0, own),
    }
    let mut different: Vec<Named<'a>> = Vec::new();
    for one in named {
        // These ids come from messages; one of another form can't be a part of the URL.
        if submission::key(one.id).is_some() && different.iter().all(|other| other.id != one.id) {
            different.push(one);
        }
    }
    different
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
