//! A broadcaster that also sells in the App Store. The local stack is a sandbox stack, which
//! accepts only purchases of the sandbox.

use serde_json::{Value, json};
use store_simulator::apple::model::{Environment, NewPurchase, Product, ProductKind, Purchase};
use store_simulator::apple::{Apple, AppleControl, Configuration};

use super::{Broadcaster, Market};
use crate::stack::Stack;

/// Product of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER), sharable with a family.
pub const MONTHLY: &str = "com.example.symphony.monthly";
/// Product of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER), in the same group.
pub const PREMIUM: &str = "com.example.symphony.premium";
/// Film, a one-time purchase: the product of the offer [`FILM_OFFER`].
pub const FILM: &str = "com.example.symphony.film";
/// Offer of the film for [`FILM_HOURS`].
pub const FILM_OFFER: &str = "S300200621_US";
/// Access to a film, in hours.
pub const FILM_HOURS: u64 = 48;

const SLUG: &str = "apple";

impl Market for Apple {
    /// Returns the app that a broadcaster has at the simulated App Store.
    fn tenant(broadcaster_id: &str) -> String {
        format!("com.example.b{broadcaster_id}")
    }
}

/// Returns the products of every app.
#[must_use]
pub fn products() -> Vec<Product> {
    vec![
        Product::monthly(MONTHLY, "8.99", "USD").family_sharable(),
        Product::monthly(PREMIUM, "14.99", "USD"),
        Product::one_time(FILM, ProductKind::Consumable, "3.99", "USD"),
    ]
}

/// Creates a purchase without a notification.
#[must_use]
pub fn purchase_of(product: &str) -> NewPurchase {
    NewPurchase::of(product).in_sandbox().silently()
}

impl Broadcaster {
    /// Returns its app at the simulated App Store, once it sells there.
    #[must_use]
    pub fn apple(&self) -> AppleControl {
        self.store()
    }

    /// Lets it sell both offers and a film in the App Store as well: registers its app with the
    /// simulator, configures the store and lists the products.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn sells_on_apple(&self, stack: &Stack) -> anyhow::Result<()> {
        let configuration = Configuration {
            products: products(),
            sandbox_notification_url: Some(format!("{}{}", stack.api_url, self.apple_address())),
            notification_host: Some(stack.api_host.clone()),
            ..Configuration::default()
        };
        self.apple().configure(&configuration).await?;
        self.configure_apple(&json!({})).await?;
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
    pub fn apple_address(&self) -> String {
        format!("/apple/notifications/broadcasters/{}", self.id)
    }

    /// Configures the store with its key, its app, the simulator's root and addresses, overridden
    /// by these settings; `null` removes one.
    ///
    /// # Errors
    /// If the settings are not an object, or are refused.
    pub async fn configure_apple(&self, settings: &Value) -> anyhow::Result<()> {
        let key = self.apple().api_key().await?;
        for line in key.private_key.lines() {
            if !line.starts_with('-') {
                self.confidential.note(line)?;
            }
        }
        let store = json!({
            "issuerId": key.issuer_id,
            "keyId": key.key_id,
            "privateKey": key.private_key,
            "bundleId": self.apple().bundle_id(),
            "rootFingerprints": [self.apple().root().await?.sha256],
            "apiBaseUrl": self.apple().api_url(Environment::Production),
            "sandboxApiBaseUrl": self.apple().api_url(Environment::Sandbox),
        });
        self.put_store::<Apple>(store, settings).await
    }

    /// Records the parts of a purchase that must not be logged.
    ///
    /// # Errors
    /// If they cannot be recorded.
    pub fn note_apple(&self, purchase: &Purchase) -> anyhow::Result<()> {
        self.confidential.note(&purchase.original_transaction_id)?;
        for transaction in &purchase.transactions {
            self.confidential.note(&transaction.transaction_id)?;
        }
        Ok(())
    }
}
