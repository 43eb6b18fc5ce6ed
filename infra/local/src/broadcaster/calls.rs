//! Calls of a broadcaster's server and of its customers' apps, to any store.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answered, Broadcaster};

impl Broadcaster {
    /// Calls the API with the publisher token.
    ///
    /// # Errors
    /// If the API cannot be reached.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answered> {
        let request = self.api.request(method, path);
        Answered::to(request.header("x-publisher-token", &self.token), body).await
    }

    /// Returns a token for one of its customers.
    ///
    /// # Errors
    /// If the key cannot sign, or the token cannot be recorded.
    pub fn customer_token(&self, customer: &str) -> anyhow::Result<String> {
        let token = self.key.token(&self.id, customer)?;
        self.confidential.note(&token)?;
        Ok(token)
    }

    /// Calls the API as an app of a customer.
    ///
    /// # Errors
    /// If the API cannot be reached.
    pub async fn call_as(
        &self,
        customer: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answered> {
        let request = self.api.request(method, path);
        Answered::to(request.bearer_auth(self.customer_token(customer)?), body).await
    }

    /// Submits a purchase to the store with this slug as the customer's app. `body` has every field
    /// but the customer. Returns the correlation id. The caller must record what is confidential in
    /// `body`.
    ///
    /// # Errors
    /// If it is not queued.
    pub async fn submit_to(
        &self,
        store_slug: &str,
        customer: &str,
        body: &Value,
    ) -> anyhow::Result<String> {
        let mut body = body.clone();
        let fields = body.as_object_mut().context("a submission is an object")?;
        fields.insert("customerId".to_owned(), json!(customer));
        let path = format!("/{store_slug}/purchase-validation");
        let answer = self
            .call_as(customer, Method::POST, &path, Some(&body))
            .await?;
        ensure!(answer.status == StatusCode::ACCEPTED, "{answer:?}");
        let id = answer.body.get("correlationId").and_then(Value::as_str);
        Ok(id.context("no correlationId")?.to_owned())
    }

    /// Polls the store's status route until the validation has ended. Returns the last status.
    ///
    /// # Errors
    /// If it has not ended in time.
    pub async fn outcome_of(
        &self,
        store_slug: &str,
        customer: &str,
        correlation: &str,
        limit: Duration,
    ) -> anyhow::Result<Value> {
        let path = format!("/{store_slug}/purchase-status?correlationId={correlation}");
        let began = Instant::now();
        loop {
            let answer = self.call_as(customer, Method::GET, &path, None).await?;
            ensure!(answer.status == StatusCode::OK, "{answer:?}");
            if answer.body.get("status") != Some(&json!("pending")) {
                return Ok(answer.body);
            }
            ensure!(began.elapsed() < limit, "still pending after {limit:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Returns a customer's entitlement to an offer: the content of the response's envelope.
    ///
    /// # Errors
    /// If the call is refused.
    pub async fn entitlement(&self, customer: &str, offer: &str) -> anyhow::Result<Value> {
        let path = format!("/entitlements/{offer}");
        let answer = self.call_as(customer, Method::GET, &path, None).await?;
        ensure!(answer.status == StatusCode::OK, "{answer:?}");
        Ok(answer.body.get("responseData").cloned().unwrap_or_default())
    }
}
