//! Client of the endpoint's test API, for the tests and the demo.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::de::DeserializeOwned;

use super::{Behaviour, Confirmation, Received, view::View};

const POLL: Duration = Duration::from_millis(50);

/// Client of the endpoint's test API. Every call fails when the endpoint cannot be reached or does
/// not answer with a 2xx.
#[derive(Debug, Clone)]
pub struct EndpointClient {
    base_url: String,
    http: reqwest::Client,
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl EndpointClient {
    /// Creates a client of the endpoint at `base_url`, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn new(base_url: impl Into<String>) -> Self {
        let http = https::client(|builder| builder);
        Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            http: http.unwrap_or_default(),
        }
    }

    /// Returns the address to subscribe, for this name.
    #[must_use]
    pub fn sns_url(&self, name: &str) -> String {
        format!("{}/sns/{name}", self.base_url)
    }

    /// Returns the notifications received under the name, oldest first.
    pub async fn received(&self, name: &str) -> anyhow::Result<Vec<Received>> {
        self.get("received", name).await
    }

    /// Removes the notifications received under the name.
    pub async fn forget(&self, name: &str) -> anyhow::Result<()> {
        let request = self.http.delete(self.address("received", name));
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Returns the state, rebuilt from the notifications received under the name.
    pub async fn view(&self, name: &str) -> anyhow::Result<View> {
        self.get("view", name).await
    }

    /// Returns the subscriptions that were confirmed under the name.
    pub async fn confirmed(&self, name: &str) -> anyhow::Result<Vec<Confirmation>> {
        self.get("confirmed", name).await
    }

    /// Waits for the first confirmation under the name.
    pub async fn wait_until_confirmed(
        &self,
        name: &str,
        limit: Duration,
    ) -> anyhow::Result<Confirmation> {
        let began = Instant::now();
        loop {
            if let Some(first) = self.confirmed(name).await?.into_iter().next() {
                return Ok(first);
            }
            if began.elapsed() > limit {
                bail!("no subscription of {name} was confirmed within {limit:?}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Sets the endpoint's behaviour from now on.
    pub async fn behave(&self, name: &str, behaviour: Behaviour) -> anyhow::Result<()> {
        let request = self.http.put(self.address("behaviour", name));
        let answer = request.json(&behaviour).send().await?;
        answer.error_for_status()?;
        Ok(())
    }

    fn address(&self, what: &str, name: &str) -> String {
        format!("{}/{what}/{name}", self.base_url)
    }

    async fn get<A: DeserializeOwned>(&self, what: &str, name: &str) -> anyhow::Result<A> {
        let answer = self.http.get(self.address(what, name)).send().await?;
        let answer = answer.error_for_status()?.json().await;
        answer.with_context(|| format!("cannot read what the endpoint says at /{what}"))
    }
}
