//! A broadcaster on the local stack, made and used through the product's own calls only.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use aws_sdk_lambda::primitives::Blob;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use store_simulator::Control;
use store_simulator::vizio::{Configuration, Plan, VizioControl};

use crate::api::Api;
use crate::confidential::Confidential;
use crate::customer_key::CustomerKey;
use crate::endpoint::EndpointClient;
use crate::stack::Stack;

/// The plan of the offer [`MONTHLY_OFFER`].
pub const MONTHLY_PLAN: &str = "demo_monthly_899";
/// The plan of the offer [`PREMIUM_OFFER`].
pub const PREMIUM_PLAN: &str = "demo_premium_1499";
/// The cheaper offer.
pub const MONTHLY_OFFER: &str = "S300200111_US";
/// The dearer offer.
pub const PREMIUM_OFFER: &str = "S300200222_US";

/// A broadcaster with its token, its store account at the simulator and its endpoint.
#[derive(Clone)]
pub struct Broadcaster {
    /// Its id.
    pub id: String,
    /// A live publisher token.
    pub token: String,
    /// The key that signs its customers' tokens.
    pub key: CustomerKey,
    /// The deployed API.
    pub api: Api,
    /// Its account at the simulated Vizio.
    pub vizio: VizioControl,
    /// The sample endpoint.
    pub endpoint: EndpointClient,
    /// The secret with which Vizio signs for it.
    pub signing_key: String,
    /// Its key for Vizio's API.
    pub api_key: String,
    /// Where what must not be logged is noted.
    pub confidential: Confidential,
}

/// Invokes the operator function with a command.
///
/// # Errors
/// The function's own error, if it refused.
pub async fn operate(stack: &Stack, command: &Value) -> anyhow::Result<Value> {
    let client = aws_sdk_lambda::Client::new(&stack.aws());
    let answer = client
        .invoke()
        .function_name(&stack.operator_function)
        .payload(Blob::new(command.to_string()))
        .send()
        .await
        .context("invoking the operator function")?;
    let payload = answer.payload.unwrap_or_else(|| Blob::new("null"));
    let value: Value = serde_json::from_slice(payload.as_ref())?;
    if answer.function_error.is_some() {
        bail!("the operator function refused: {value}");
    }
    Ok(value)
}

impl Broadcaster {
    /// Creates one that sells two offers through Vizio and hears Beacon notifications at
    /// `beacon-{id}` and webhooks at `webhooks-{id}` of the sample endpoint.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn create(stack: &Stack, id: &str, key: &CustomerKey) -> anyhow::Result<Self> {
        let broadcaster = Self::create_unheard(stack, id, key, &json!({})).await?;
        broadcaster.subscribe().await?;
        Ok(broadcaster)
    }

    /// The same with switches.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn create_with(
        stack: &Stack,
        id: &str,
        key: &CustomerKey,
        settings: &Value,
    ) -> anyhow::Result<Self> {
        let broadcaster = Self::create_unheard(stack, id, key, settings).await?;
        broadcaster.subscribe().await?;
        Ok(broadcaster)
    }

    /// The same without an endpoint.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn create_unheard(
        stack: &Stack,
        id: &str,
        key: &CustomerKey,
        settings: &Value,
    ) -> anyhow::Result<Self> {
        let broadcaster = Self::create_bare(stack, id, key, settings).await?;
        broadcaster.configure(stack).await?;
        Ok(broadcaster)
    }

    /// One that has only a token and its customers' key: no store, no offer, no endpoint.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn create_bare(
        stack: &Stack,
        id: &str,
        key: &CustomerKey,
        settings: &Value,
    ) -> anyhow::Result<Self> {
        operate(
            stack,
            &json!({
                "command": "create-broadcaster", "broadcasterId": id,
                "name": "Acme Symphony", "settings": settings,
            }),
        )
        .await?;
        let issued = operate(
            stack,
            &json!({"command": "issue-token", "broadcasterId": id, "name": "local"}),
        )
        .await?;
        let token = issued
            .get("token")
            .and_then(Value::as_str)
            .context("the operator function issued no token")?;
        let broadcaster = Self {
            id: id.to_owned(),
            token: token.to_owned(),
            key: key.clone(),
            api: Api::new(stack)?,
            vizio: Control::new(&stack.simulator_url).vizio(format!("vizio_partner_{id}")),
            endpoint: EndpointClient::new(&stack.endpoint_url),
            signing_key: format!("signing-{}", uuid::Uuid::new_v4()),
            api_key: format!("kid-{}", uuid::Uuid::new_v4()),
            confidential: Confidential::of(stack),
        };
        for secret in [
            &broadcaster.token,
            &broadcaster.signing_key,
            &broadcaster.api_key,
        ] {
            broadcaster.confidential.note(secret)?;
        }
        broadcaster.configure_simulator(stack).await?;
        broadcaster.put("/v1/jwks", &key.jwks()).await?;
        Ok(broadcaster)
    }

    /// The broadcaster that was seeded.
    ///
    /// # Errors
    /// If there is none, or its key can't be read.
    pub fn seeded(stack: &Stack) -> anyhow::Result<Self> {
        Ok(Self {
            id: stack.seeded.broadcaster_id.clone(),
            token: stack.seeded.publisher_token.clone(),
            key: CustomerKey::read(&stack.seeded.jwt_private_key_path, &stack.seeded.jwt_key_id)?,
            api: Api::new(stack)?,
            vizio: Control::new(&stack.simulator_url)
                .vizio(format!("vizio_partner_{}", stack.seeded.broadcaster_id)),
            endpoint: EndpointClient::new(&stack.endpoint_url),
            signing_key: String::new(),
            api_key: String::new(),
            confidential: Confidential::of(stack),
        })
    }

    /// The name under which the endpoint keeps this broadcaster's Beacon notifications.
    #[must_use]
    pub fn beacon_feed(&self) -> String {
        format!("beacon-{}", self.id)
    }

    /// The name under which the endpoint keeps this broadcaster's webhook messages.
    #[must_use]
    pub fn webhooks_feed(&self) -> String {
        format!("webhooks-{}", self.id)
    }

    async fn configure_simulator(&self, stack: &Stack) -> anyhow::Result<()> {
        let configuration = Configuration {
            api_key: self.api_key.clone(),
            signing_keys: vec![self.signing_key.clone()],
            notification_url: Some(format!(
                "{}/vizio/notifications/broadcasters/{}",
                stack.api_url, self.id
            )),
            notification_host: Some(stack.api_host.clone()),
            plans: vec![
                Plan::monthly(MONTHLY_PLAN, "8.99", "USD"),
                Plan::monthly(PREMIUM_PLAN, "14.99", "USD"),
            ],
            ..Configuration::default()
        };
        self.vizio.configure(&configuration).await?;
        Ok(())
    }

    async fn configure(&self, stack: &Stack) -> anyhow::Result<()> {
        let store = json!({
            "apiKey": self.api_key,
            "partnerId": format!("vizio_partner_{}", self.id),
            "signingKeys": [self.signing_key],
            "apiBaseUrl": stack.simulator_url,
        });
        self.put("/v1/stores/vizio", &store).await?;
        for (offer, title, plan, package) in [
            (MONTHLY_OFFER, "Monthly", MONTHLY_PLAN, "Symphony Monthly"),
            (PREMIUM_OFFER, "Premium", PREMIUM_PLAN, "Symphony Premium"),
        ] {
            let body = json!({
                "title": title, "packageName": package, "productIds": {"vizio": plan},
            });
            self.put(&format!("/v1/offers/{offer}"), &body).await?;
        }
        Ok(())
    }

    async fn subscribe(&self) -> anyhow::Result<()> {
        for (feed, name) in [
            ("beacon", self.beacon_feed()),
            ("webhooks", self.webhooks_feed()),
        ] {
            let body = json!({"url": self.endpoint.sns_url(&name), "feed": feed});
            let answer = self
                .call(Method::POST, "/v1/endpoints", Some(&body))
                .await?;
            ensure!(answer.status == StatusCode::CREATED, "{answer:?}");
            let limit = Duration::from_secs(15);
            self.endpoint.wait_until_confirmed(&name, limit).await?;
        }
        Ok(())
    }

    async fn put(&self, path: &str, body: &Value) -> anyhow::Result<()> {
        let answer = self.call(Method::PUT, path, Some(body)).await?;
        ensure!(answer.status == StatusCode::OK, "PUT {path}: {answer:?}");
        Ok(())
    }

    /// Calls the API with the publisher token.
    ///
    /// # Errors
    /// If the API can't be reached.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answered> {
        let request = self.api.request(method, path);
        Answered::to(request.header("x-publisher-token", &self.token), body).await
    }

    /// A token for one of its customers.
    ///
    /// # Errors
    /// If the key can't sign, or the token can't be noted.
    pub fn customer_token(&self, customer: &str) -> anyhow::Result<String> {
        let token = self.key.token(&self.id, customer)?;
        self.confidential.note(&token)?;
        Ok(token)
    }

    /// Calls the API as an app of a customer.
    ///
    /// # Errors
    /// If the API can't be reached.
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

    /// Submits a Vizio purchase as the customer's app. Answers the correlation id.
    ///
    /// # Errors
    /// If it is not queued.
    pub async fn submit(&self, customer: &str, subscription: &str) -> anyhow::Result<String> {
        self.confidential.note(subscription)?;
        let body = json!({"customerId": customer, "subscriptionId": subscription});
        let path = "/vizio/purchase-validation";
        let answer = self
            .call_as(customer, Method::POST, path, Some(&body))
            .await?;
        ensure!(answer.status == StatusCode::ACCEPTED, "{answer:?}");
        let id = answer.body.get("correlationId").and_then(Value::as_str);
        Ok(id.context("no correlationId")?.to_owned())
    }

    /// Polls until the validation has ended. Answers the last status.
    ///
    /// # Errors
    /// If it has not ended in time.
    pub async fn outcome(
        &self,
        customer: &str,
        correlation: &str,
        limit: Duration,
    ) -> anyhow::Result<Value> {
        let path = format!("/vizio/purchase-status?correlationId={correlation}");
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

    /// What a customer may do with an offer: the content of the answer's envelope.
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

/// An answer of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body as JSON; null if it is empty.
    pub body: Value,
}

impl Answered {
    /// Sends a request, with a JSON body if there is one, and reads its answer.
    async fn to(request: RequestBuilder, body: Option<&Value>) -> anyhow::Result<Self> {
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Self::read(request.send().await?).await
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// If its body is not JSON.
    pub async fn read(response: Response) -> anyhow::Result<Self> {
        let status = response.status();
        let text = response.text().await?;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).with_context(|| format!("{status}: {text}"))?,
        };
        Ok(Self { status, body })
    }
}
