//! A broadcaster that also sells on the web, with Stripe.

use serde_json::{Value, json};
use store_simulator::stripe::model::{Price, Purchase};
use store_simulator::stripe::{ApiKey, Configuration, Stripe, StripeControl};
use uuid::Uuid;

use super::{Broadcaster, Market, Secrets};
use crate::stack::Stack;

/// Product of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER).
pub const MONTHLY: &str = "prod_symphony_monthly";
/// Price of [`MONTHLY`].
pub const MONTHLY_PRICE: &str = "price_symphony_monthly";
/// Product of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER).
pub const PREMIUM: &str = "prod_symphony_premium";
/// Price of [`PREMIUM`].
pub const PREMIUM_PRICE: &str = "price_symphony_premium";
/// Film, a one-time purchase: the product of the offer [`FILM_OFFER`].
pub const FILM: &str = "prod_symphony_film";
/// Price of [`FILM`].
pub const FILM_PRICE: &str = "price_symphony_film";
/// Offer of the film for [`FILM_HOURS`].
pub const FILM_OFFER: &str = "S300200751_US";
/// Access to a film, in hours.
pub const FILM_HOURS: u64 = 48;

const SLUG: &str = "stripe";

impl Market for Stripe {
    /// Returns the account that a broadcaster has at the simulated Stripe.
    fn tenant(broadcaster_id: &str) -> String {
        format!("acct_{broadcaster_id}")
    }

    fn new_secrets() -> Secrets {
        Secrets::from([("apiKey", new_key()), ("signingSecret", new_secret())])
    }
}

/// Generates a key for the test mode, which a sandbox requires.
#[must_use]
pub fn new_key() -> String {
    format!("rk_test_{}", Uuid::new_v4().simple())
}

/// Generates a secret with which events are signed.
#[must_use]
pub fn new_secret() -> String {
    format!("whsec_{}", Uuid::new_v4().simple())
}

/// Returns the prices of every account.
#[must_use]
pub fn prices() -> Vec<Price> {
    vec![
        Price::monthly(MONTHLY_PRICE, MONTHLY, 899, "usd"),
        Price::monthly(PREMIUM_PRICE, PREMIUM, 1499, "usd"),
        Price::once(FILM_PRICE, FILM, 399, "usd"),
    ]
}

impl Broadcaster {
    /// Returns its account at the simulated Stripe, once it sells there.
    #[must_use]
    pub fn stripe(&self) -> StripeControl {
        self.store()
    }

    /// Lets it sell both offers and a film on the web as well: registers its account with the
    /// simulator, configures the store and lists the products.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn sells_on_stripe(&self, stack: &Stack) -> anyhow::Result<()> {
        let configuration = Configuration {
            api_keys: vec![ApiKey::secret(&self.secret::<Stripe>("apiKey"))],
            signing_secrets: vec![self.secret::<Stripe>("signingSecret").as_str().into()],
            prices: prices(),
            notification_url: Some(format!("{}{}", stack.api_url, self.stripe_address())),
            notification_host: Some(stack.api_host.clone()),
            ..Configuration::default()
        };
        self.stripe().configure(&configuration).await?;
        self.configure_stripe(&json!({})).await?;
        self.list_products(SLUG, MONTHLY, PREMIUM).await?;
        let film = json!({
            "title": "Film on the web", "packageName": "Symphony Film",
            "productIds": {SLUG: FILM}, "rental": {"hours": FILM_HOURS},
            "price": {"currency": "USD", "amountMicros": 3_990_000},
        });
        self.put(&format!("/v1/offers/{FILM_OFFER}"), &film).await
    }

    /// Returns the path to which Stripe sends events.
    #[must_use]
    pub fn stripe_address(&self) -> String {
        format!("/stripe/notifications/broadcasters/{}", self.id)
    }

    /// Configures the store with its key and secret and the API's address, overridden by these
    /// settings; `null` removes one.
    ///
    /// # Errors
    /// If the settings are not an object, or are refused.
    pub async fn configure_stripe(&self, settings: &Value) -> anyhow::Result<()> {
        let store = json!({
            "apiKey": self.secret::<Stripe>("apiKey"),
            "signingSecrets": [self.secret::<Stripe>("signingSecret")],
            "apiBaseUrl": self.stripe().base_url(),
        });
        self.put_store::<Stripe>(store, settings).await
    }

    /// Records the parts of a purchase that must not be logged.
    ///
    /// # Errors
    /// If they cannot be recorded.
    pub fn note_stripe(&self, purchase: &Purchase) -> anyhow::Result<()> {
        let payments = purchase.payment_intents.iter();
        let payments = payments.map(|payment| payment.payment_intent_id.as_str());
        let ids = [
            purchase.id.as_str(),
            purchase.session_id(),
            purchase.customer_id.as_str(),
        ];
        for id in ids.into_iter().chain(payments).filter(|id| !id.is_empty()) {
            self.confidential.note(id)?;
        }
        Ok(())
    }
}
