//! A broadcaster that also sells on Samsung televisions.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use store_simulator::samsung_tv::{Configuration, Purchase, SamsungTv, SamsungTvControl};
use store_simulator::vizio::Plan;
use uuid::Uuid;

use super::{Broadcaster, Market, Secrets};

/// Product of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER).
pub const MONTHLY_ITEM: &str = "DP300200000111";
/// Product of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER).
pub const PREMIUM_ITEM: &str = "DP300200000222";

const SLUG: &str = "samsung-tv";

impl Market for SamsungTv {
    /// Returns the application that a broadcaster has at the simulated Samsung: 13 digits.
    fn tenant(broadcaster_id: &str) -> String {
        format!("3201{broadcaster_id:0>9}")
    }

    fn new_secrets() -> Secrets {
        Secrets::from([("securityKey", format!("security-{}", Uuid::new_v4()))])
    }
}

impl Broadcaster {
    /// Returns its application at the simulated Samsung, once it sells there.
    #[must_use]
    pub fn samsung_tv(&self) -> SamsungTvControl {
        self.store()
    }

    /// Lets it sell both offers on Samsung televisions as well: registers its application with the
    /// simulator, configures the store and lists the products.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn sells_on_samsung_tv(&self) -> anyhow::Result<()> {
        let configuration = Configuration {
            security_key: self.secret::<SamsungTv>("securityKey"),
            products: vec![
                Plan::monthly(MONTHLY_ITEM, "8.99", "USD"),
                Plan::monthly(PREMIUM_ITEM, "14.99", "USD"),
            ],
            ..Configuration::default()
        };
        self.samsung_tv().configure(&configuration).await?;
        self.configure_samsung_tv(&json!({})).await?;
        self.list_products(SLUG, MONTHLY_ITEM, PREMIUM_ITEM).await
    }

    /// Configures the store with its credentials and address, overridden by these settings.
    ///
    /// # Errors
    /// If the settings are not an object, or are refused.
    pub async fn configure_samsung_tv(&self, settings: &Value) -> anyhow::Result<()> {
        let store = json!({
            "appId": self.samsung_tv().app_id(),
            "securityKey": self.secret::<SamsungTv>("securityKey"),
            "apiBaseUrl": self.samsung_tv().api_base_url(),
        });
        self.put_store::<SamsungTv>(store, settings).await
    }

    /// Submits the last invoice of a purchase as the customer's app. Returns the correlation id.
    ///
    /// # Errors
    /// If it is not queued.
    pub async fn submit_samsung_tv(
        &self,
        customer: &str,
        purchase: &Purchase,
    ) -> anyhow::Result<String> {
        let invoice = purchase.invoices.last().context("no invoice")?;
        self.confidential.note(&invoice.invoice_id)?;
        self.confidential.note(&purchase.custom_id)?;
        let body = json!({
            "invoiceId": invoice.invoice_id,
            "samsungCustomerId": purchase.custom_id,
            "countryCode": purchase.country_code,
        });
        self.submit_to(SLUG, customer, &body).await
    }

    /// Polls until the validation of a Samsung purchase has ended. Returns the last status.
    ///
    /// # Errors
    /// If it has not ended in time.
    pub async fn outcome_samsung_tv(
        &self,
        customer: &str,
        correlation: &str,
        limit: Duration,
    ) -> anyhow::Result<Value> {
        self.outcome_of(SLUG, customer, correlation, limit).await
    }
}
