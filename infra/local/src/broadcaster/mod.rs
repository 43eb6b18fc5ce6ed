//! A broadcaster on the local stack, created and used only through the product's own calls.
//!
//! Each store has a file: how a broadcaster starts to sell there, and how its customers submit.

pub mod amazon;
pub mod android;
mod answered;
pub mod apple;
mod calls;
mod market;
mod operate;
pub mod roku;
mod samsung_tv;
pub mod stripe;
mod vizio;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store_simulator::{Control, SimulatedStore, StoreControl};

use crate::api::Api;
use crate::confidential::Confidential;
use crate::customer_key::CustomerKey;
use crate::endpoint::EndpointClient;
use crate::stack::Stack;

pub use android::{BASE_PLAN, MONTHLY_PRODUCT, PREMIUM_PRODUCT, PREPAID_PLAN, base_plans};
pub use answered::Answered;
pub use market::{Market, Secrets};
pub use operate::operate;
pub use samsung_tv::{MONTHLY_ITEM, PREMIUM_ITEM};
pub use vizio::{MONTHLY_PLAN, PREMIUM_PLAN};

/// Cheaper offer.
pub const MONTHLY_OFFER: &str = "S300200111_US";
/// Dearer offer.
pub const PREMIUM_OFFER: &str = "S300200222_US";

/// Broadcaster with its token, its accounts at the simulated stores and its endpoint.
#[derive(Clone)]
pub struct Broadcaster {
    /// Broadcaster id.
    pub id: String,
    /// Live publisher token.
    pub token: String,
    /// Key that signs its customers' tokens.
    pub key: CustomerKey,
    /// Client of the deployed API.
    pub api: Api,
    /// Client of the simulated stores.
    stores: Control,
    /// Secrets with each store, by the store's slug.
    secrets: BTreeMap<&'static str, Secrets>,
    /// Client of the sample endpoint.
    pub endpoint: EndpointClient,
    /// Record of everything that must not be logged.
    pub confidential: Confidential,
}

impl Broadcaster {
    /// Creates a broadcaster that sells two offers through Vizio and receives Beacon notifications
    /// at `beacon-{id}` and webhooks at `webhooks-{id}` of the sample endpoint.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn create(stack: &Stack, id: &str, key: &CustomerKey) -> anyhow::Result<Self> {
        let broadcaster = Self::create_unheard(stack, id, key, &json!({})).await?;
        broadcaster.subscribe().await?;
        Ok(broadcaster)
    }

    /// Creates a broadcaster like [`create`](Self::create), with settings.
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

    /// Creates a broadcaster like [`create_with`](Self::create_with), without an endpoint.
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
        broadcaster.sells_on_vizio(stack).await?;
        Ok(broadcaster)
    }

    /// Creates a broadcaster that has only a token and its customers' key: no store, no offer, no
    /// endpoint.
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
            secrets: new_secrets(),
            ..Self::known(stack, id, token, key.clone())?
        };
        broadcaster.confidential.note(&broadcaster.token)?;
        for secret in broadcaster.secrets.values().flat_map(Secrets::values) {
            broadcaster.confidential.note(secret)?;
        }
        broadcaster.joins_vizio(stack).await?;
        broadcaster.put("/v1/jwks", &key.jwks()).await?;
        Ok(broadcaster)
    }

    /// Returns the broadcaster that was seeded. Its stores' secrets are no longer known.
    ///
    /// # Errors
    /// If there is none, or its key cannot be read.
    pub fn seeded(stack: &Stack) -> anyhow::Result<Self> {
        let seeded = &stack.seeded;
        let key = CustomerKey::read(&seeded.jwt_private_key_path, &seeded.jwt_key_id)?;
        Self::known(stack, &seeded.broadcaster_id, &seeded.publisher_token, key)
    }

    /// Returns an existing broadcaster, without the secrets of its stores.
    fn known(stack: &Stack, id: &str, token: &str, key: CustomerKey) -> anyhow::Result<Self> {
        Ok(Self {
            id: id.to_owned(),
            token: token.to_owned(),
            key,
            api: Api::new(stack)?,
            stores: Control::new(&stack.simulator_url),
            secrets: BTreeMap::new(),
            endpoint: EndpointClient::new(&stack.endpoint_url),
            confidential: Confidential::of(stack),
        })
    }

    /// Returns its account at a simulated store, which exists once it sells there.
    #[must_use]
    pub fn store<S: Market>(&self) -> StoreControl<S> {
        self.stores.tenant(S::tenant(&self.id))
    }

    /// Returns a secret that it has with a store, by its field in the store's configuration; empty
    /// if it is not known.
    #[must_use]
    pub fn secret<S: SimulatedStore>(&self, name: &str) -> String {
        let secrets = self.secrets.get(S::SLUG);
        let secret = secrets.and_then(|secrets| secrets.get(name));
        secret.cloned().unwrap_or_default()
    }

    /// Generates new secrets with a store, and records them.
    ///
    /// # Errors
    /// If they cannot be recorded.
    pub fn renew_secrets<S: Market>(&mut self) -> anyhow::Result<()> {
        let secrets = S::new_secrets();
        for secret in secrets.values() {
            self.confidential.note(secret)?;
        }
        self.secrets.insert(S::SLUG, secrets);
        Ok(())
    }

    /// Returns the name under which the endpoint keeps this broadcaster's Beacon notifications.
    #[must_use]
    pub fn beacon_feed(&self) -> String {
        format!("beacon-{}", self.id)
    }

    /// Returns the name under which the endpoint keeps this broadcaster's webhook messages.
    #[must_use]
    pub fn webhooks_feed(&self) -> String {
        format!("webhooks-{}", self.id)
    }

    /// Lists a store's products in the two offers, beside those of other stores. Creates the offers
    /// if they are missing.
    async fn list_products(&self, slug: &str, monthly: &str, premium: &str) -> anyhow::Result<()> {
        for (offer, title, package, micros, product) in [
            (
                MONTHLY_OFFER,
                "Monthly",
                "Symphony Monthly",
                8_990_000,
                monthly,
            ),
            (
                PREMIUM_OFFER,
                "Premium",
                "Symphony Premium",
                14_990_000,
                premium,
            ),
        ] {
            let path = format!("/v1/offers/{offer}");
            let known = self.call(Method::GET, &path, None).await?;
            let mut product_ids = known.body.get("productIds").cloned().unwrap_or(json!({}));
            if let Some(by_store) = product_ids.as_object_mut() {
                by_store.insert(slug.to_owned(), json!(product));
            }
            let body = json!({
                "title": title, "packageName": package, "productIds": product_ids,
                "price": {"currency": "USD", "amountMicros": micros},
            });
            self.put(&path, &body).await?;
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

    /// Configures a store with these settings, overridden by `changes`.
    async fn put_store<S: SimulatedStore>(
        &self,
        settings: Value,
        changes: &Value,
    ) -> anyhow::Result<()> {
        let store = merged(settings, changes)?;
        self.put(&format!("/v1/stores/{}", S::SLUG), &store).await
    }

    async fn put(&self, path: &str, body: &Value) -> anyhow::Result<()> {
        let answer = self.call(Method::PUT, path, Some(body)).await?;
        ensure!(answer.status == StatusCode::OK, "PUT {path}: {answer:?}");
        Ok(())
    }
}

/// Merges the fields of two objects; those of `over` take precedence.
fn merged(mut object: Value, over: &Value) -> anyhow::Result<Value> {
    let over = over.as_object().context("settings are an object")?;
    if let Some(fields) = object.as_object_mut() {
        fields.extend(over.clone());
    }
    Ok(object)
}

/// Secrets of a new account at each store, by the store's slug.
fn new_secrets() -> BTreeMap<&'static str, Secrets> {
    fn of<S: Market>() -> (&'static str, Secrets) {
        (S::SLUG, S::new_secrets())
    }
    BTreeMap::from([
        of::<store_simulator::vizio::Vizio>(),
        of::<store_simulator::samsung_tv::SamsungTv>(),
        of::<store_simulator::android::Android>(),
        of::<store_simulator::apple::Apple>(),
        of::<store_simulator::roku::Roku>(),
        of::<store_simulator::amazon::Amazon>(),
        of::<store_simulator::stripe::Stripe>(),
    ])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::Store;

    #[test]
    fn a_broadcaster_can_sell_at_every_store() {
        let markets: BTreeSet<_> = super::new_secrets().into_keys().collect();
        assert_eq!(markets, Store::ALL.map(Store::slug).into());
    }
}
