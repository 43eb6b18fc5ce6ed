//! A broadcaster that sells through Vizio, as [`Broadcaster::create`] creates it.

use std::time::Duration;

use serde_json::{Value, json};
use store_simulator::vizio::{Configuration, Plan, Vizio, VizioControl};
use uuid::Uuid;

use super::{Broadcaster, Market, Secrets};
use crate::stack::Stack;

/// Plan of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER).
pub const MONTHLY_PLAN: &str = "demo_monthly_899";
/// Plan of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER).
pub const PREMIUM_PLAN: &str = "demo_premium_1499";

const SLUG: &str = "vizio";

impl Market for Vizio {
    /// Returns the partner id that a broadcaster has at the simulated Vizio.
    fn tenant(broadcaster_id: &str) -> String {
        format!("vizio_partner_{broadcaster_id}")
    }

    fn new_secrets() -> Secrets {
        Secrets::from([
            ("signingKey", format!("signing-{}", Uuid::new_v4())),
            ("apiKey", format!("kid-{}", Uuid::new_v4())),
        ])
    }
}

impl Broadcaster {
    /// Returns its account at the simulated Vizio.
    #[must_use]
    pub fn vizio(&self) -> VizioControl {
        self.store()
    }

    /// Registers the partner with the simulator, before anything is configured in the product.
    pub(super) async fn joins_vizio(&self, stack: &Stack) -> anyhow::Result<()> {
        let configuration = Configuration {
            api_key: self.secret::<Vizio>("apiKey"),
            signing_keys: vec![self.secret::<Vizio>("signingKey")],
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
        self.vizio().configure(&configuration).await?;
        Ok(())
    }

    /// Configures the store, and lists its plans in both offers.
    pub(super) async fn sells_on_vizio(&self, stack: &Stack) -> anyhow::Result<()> {
        let store = json!({
            "apiKey": self.secret::<Vizio>("apiKey"),
            "partnerId": self.vizio().partner_id(),
            "signingKeys": [self.secret::<Vizio>("signingKey")],
            "apiBaseUrl": stack.simulator_url,
        });
        self.put("/v1/stores/vizio", &store).await?;
        self.list_products(SLUG, MONTHLY_PLAN, PREMIUM_PLAN).await
    }

    /// Submits a Vizio purchase as the customer's app. Returns the correlation id.
    ///
    /// # Errors
    /// If it is not queued.
    pub async fn submit(&self, customer: &str, subscription: &str) -> anyhow::Result<String> {
        self.confidential.note(subscription)?;
        let body = json!({"subscriptionId": subscription});
        self.submit_to(SLUG, customer, &body).await
    }

    /// Polls until the validation of a Vizio purchase has ended. Returns the last status.
    ///
    /// # Errors
    /// If it has not ended in time.
    pub async fn outcome(
        &self,
        customer: &str,
        correlation: &str,
        limit: Duration,
    ) -> anyhow::Result<Value> {
        self.outcome_of(SLUG, customer, correlation, limit).await
    }
}
