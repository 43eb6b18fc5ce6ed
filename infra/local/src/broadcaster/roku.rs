//! A broadcaster that sells through Roku Pay besides.

use serde_json::{Value, json};
use store_simulator::roku::model::{Channel, Plan, Purchase};
use store_simulator::roku::{Configuration, Roku, RokuControl};
use uuid::Uuid;

use super::{Broadcaster, Market, Secrets};
use crate::stack::Stack;

/// The product of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER). A first purchase may begin with
/// a free week.
pub const MONTHLY: &str = "symphony_monthly";
/// The product of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER).
pub const PREMIUM: &str = "symphony_premium";
/// A film, which is bought once: the product of the offer [`FILM_OFFER`].
pub const FILM: &str = "symphony_film";
/// The film for [`FILM_HOURS`].
pub const FILM_OFFER: &str = "S300200721_US";
/// How long a film may be watched.
pub const FILM_HOURS: u64 = 48;

const SLUG: &str = "roku";
const WEEK: u64 = 7 * 24 * 3600;

impl Market for Roku {
    /// The developer account that a broadcaster has at the simulated Roku.
    fn tenant(broadcaster_id: &str) -> String {
        format!("roku-{broadcaster_id}")
    }

    fn new_secrets() -> Secrets {
        Secrets::from([("apiKey", Uuid::new_v4().to_string())])
    }
}

/// What every account sells.
#[must_use]
pub fn plans() -> Vec<Plan> {
    vec![
        Plan::monthly(MONTHLY, "8.99").with_trial_seconds(WEEK),
        Plan::monthly(PREMIUM, "14.99"),
        Plan::one_time(FILM, "3.99"),
    ]
}

impl Broadcaster {
    /// Its account at the simulated Roku, once it sells there.
    #[must_use]
    pub fn roku(&self) -> RokuControl {
        self.store()
    }

    /// Lets it sell both offers and a film on Roku's televisions as well: registers its account with
    /// the simulator, configures the store and lists the products. Notifications come to the older
    /// form of address, and count as taken only if the answer brings their `responseKey` back.
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
            // One address serves the keys of all accounts: kept, they would lack those of an account
            // that is registered later.
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

    /// The path to which the store sends notifications.
    #[must_use]
    pub fn roku_address(&self) -> String {
        format!("/roku/push-notification/{}", self.id)
    }

    /// The id of its channel.
    #[must_use]
    pub fn roku_channel(&self) -> String {
        format!("7{}", self.id)
    }

    /// Configures the store with its key, its channel and addresses, and these settings over them;
    /// `null` takes one away.
    ///
    /// # Errors
    /// If the settings are no object, or are refused.
    pub async fn configure_roku(&self, settings: &Value) -> anyhow::Result<()> {
        let store = json!({
            "apiKeys": [self.secret::<Roku>("apiKey")],
            "channelIds": [self.roku_channel()],
            "apiBaseUrl": self.roku().service_url(),
            "keysUrl": self.roku().jwks_url(),
        });
        self.put_store::<Roku>(store, settings).await
    }

    /// Notes what of a purchase must not be logged.
    ///
    /// # Errors
    /// If it can't be noted.
    pub fn note_roku(&self, purchase: &Purchase) -> anyhow::Result<()> {
        self.confidential.note(&purchase.customer_id)?;
        for transaction in &purchase.transactions {
            self.confidential.note(&transaction.transaction_id)?;
        }
        Ok(())
    }
}
