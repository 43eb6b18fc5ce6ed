//! A broadcaster that also sells through Roku Pay.

use serde_json::{Value, json};
use store_simulator::roku::model::{Channel, Plan, Purchase};
use store_simulator::roku::{Configuration, Roku, RokuControl};
use uuid::Uuid;

use super::{Broadcaster, Market, Secrets};
use crate::stack::Stack;

/// Product of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER). A first purchase may begin with a
/// free week.
pub const MONTHLY: &str = "symphony_monthly";
/// Product of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER).
pub const PREMIUM: &str = "symphony_premium";
/// Film, a one-time purchase: the product of the offer [`FILM_OFFER`].
pub const FILM: &str = "symphony_film";
/// Offer of the film for [`FILM_HOURS`].
pub const FILM_OFFER: &str = "S300200721_US";
/// Access to a film, in hours.
pub const FILM_HOURS: u64 = 48;

const SLUG: &str = "roku";
const WEEK: u64 = 7 * 24 * 3600;

impl Market for Roku {
    /// Returns the developer account that a broadcaster has at the simulated Roku.
    fn tenant(broadcaster_id: &str) -> String {
        format!("roku-{broadcaster_id}")
    }

    fn new_secrets() -> Secrets {
        Secrets::from([("apiKey", Uuid::new_v4().to_string())])
    }
}

/// Returns the plans of every account.
#[must_use]
pub fn plans() -> Vec<Plan> {
    vec![
        Plan::monthly(MONTHLY, "8.99").with_trial_seconds(WEEK),
        Plan::monthly(PREMIUM, "14.99"),
        Plan::one_time(FILM, "3.99"),
    ]
}

impl Broadcaster {
    /// Returns its account at the simulated Roku, once it sells there.
    #[must_use]
    pub fn roku(&self) -> RokuControl {
        self.store()
    }

    /// Lets it sell both offers and a film on Roku's televisions as well: registers its account
    /// with the simulator, configures the store and lists the products. Notifications go to the
    /// legacy address, and count as delivered only if the response contains their `responseKey`.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn sells_on_roku(&self, stack: &Stack) -> anyhow::Result<()> {
        let configuration = Configuration {
            api_keys: vec![self.secret::<Roku>("apiKey")],
            channels: vec![Channel::new(self.roku_channel(), "Symphony TV")],
            plans: plans(),
            notification_url: Some(format!("{}{}", stack.api_url, self.roku_address())),
            notification_host: Some(stack.api_host.clone()),
            require_response_key: true,
            // One address serves the keys of all accounts: while they are cached, those of an
            // account that is registered later would be missing.
            jwks_max_age_seconds: Some(0),
            ..Configuration::default()
        };
        self.roku().configure(&configuration).await?;
        self.configure_roku(&json!({})).await?;
        self.list_products(SLUG, MONTHLY, PREMIUM).await?;
        let film = json!({
            "title": "Film", "packageName": "Symphony Film", "productIds": {SLUG: FILM},
            "rental": {"hours": FILM_HOURS},
            "price": {"currency": "USD", "amountMicros": 3_990_000},
        });
        self.put(&format!("/v1/offers/{FILM_OFFER}"), &film).await
    }

    /// Returns the path to which the store sends notifications.
    #[must_use]
    pub fn roku_address(&self) -> String {
        format!("/roku/push-notification/{}", self.id)
    }

    /// Returns the id of its channel.
    #[must_use]
    pub fn roku_channel(&self) -> String {
        format!("7{}", self.id)
    }

    /// Configures the store with its key, its channel and addresses, overridden by these settings;
    /// `null` removes one.
    ///
    /// # Errors
    /// If the settings are not an object, or are refused.
    pub async fn configure_roku(&self, settings: &Value) -> anyhow::Result<()> {
        let store = json!({
            "apiKeys": [self.secret::<Roku>("apiKey")],
            "channelIds": [self.roku_channel()],
            "apiBaseUrl": self.roku().service_url(),
            "keysUrl": self.roku().jwks_url(),
        });
        self.put_store::<Roku>(store, settings).await
    }

    /// Records the parts of a purchase that must not be logged.
    ///
    /// # Errors
    /// If they cannot be recorded.
    pub fn note_roku(&self, purchase: &Purchase) -> anyhow::Result<()> {
        self.confidential.note(&purchase.customer_id)?;
        for transaction in &purchase.transactions {
            self.confidential.note(&transaction.transaction_id)?;
        }
        Ok(())
    }
}
