//! A broadcaster that also sells through the Amazon Appstore.

use std::time::Duration;

use serde_json::{Value, json};
use store_simulator::amazon::model::{NewPurchase, Product, Receipt};
use store_simulator::amazon::{Amazon, AmazonControl, Configuration};
use uuid::Uuid;

use super::{Broadcaster, Market, Secrets, merged};
use crate::stack::Stack;

/// Product of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER): a plan, as Amazon's cloud sandbox
/// names it. A first purchase may begin with a free week.
pub const MONTHLY: &str = "symphony.monthly_term";
/// Product of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER).
pub const PREMIUM: &str = "symphony.premium_term";
/// Film to rent repeatedly: the product of the offer [`RENTAL_OFFER`].
pub const RENTAL: &str = "symphony.film.rental";
/// Offer of the film for [`RENTAL_HOURS`].
pub const RENTAL_OFFER: &str = "S300200811_US";
/// Access to a rented film, in hours.
pub const RENTAL_HOURS: i64 = 48;
/// The same film to keep: the product of the offer [`FILM_OFFER`].
pub const FILM: &str = "symphony.film";
/// Offer of the film permanently.
pub const FILM_OFFER: &str = "S300200822_US";
/// Topic through which Amazon sends.
pub const TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";

const SLUG: &str = "amazon";
const WEEK: u64 = 7 * 24 * 3600;

impl Market for Amazon {
    /// Returns the app that a broadcaster has at the simulated Appstore.
    fn tenant(broadcaster_id: &str) -> String {
        format!("tv.example.b{broadcaster_id}")
    }

    fn new_secrets() -> Secrets {
        Secrets::from([(
            "sharedSecret",
            format!("2:{}/{}=", Uuid::new_v4(), Uuid::new_v4()),
        )])
    }
}

/// Returns the products of every app. In Amazon's cloud sandbox a plan is named after the product
/// that it is a term of.
#[must_use]
pub fn products() -> Vec<Product> {
    vec![
        Product::monthly("symphony.monthly", MONTHLY).with_free_trial_seconds(WEEK),
        Product::monthly("symphony.premium", PREMIUM),
        Product::consumable(RENTAL),
        Product::entitlement(FILM),
    ]
}

/// Creates a purchase with the App Tester that is paid from the first day: the stack accepts no
/// others.
#[must_use]
pub fn tested(sku: &str) -> NewPurchase {
    NewPurchase::of(sku).in_sandbox().without_trial()
}

/// Builds the submission of a receipt by an app, without the customer.
#[must_use]
pub fn submission(receipt: &Receipt) -> Value {
    json!({"receiptId": receipt.receipt_id, "userId": receipt.user_id})
}

impl Broadcaster {
    /// Returns its app at the simulated Amazon Appstore, once it sells there.
    #[must_use]
    pub fn amazon(&self) -> AmazonControl {
        self.store()
    }

    /// Lets it sell both offers and a film in the Amazon Appstore as well: registers its app with
    /// the simulator, configures the store with its topic pinned, and lists the products.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn sells_on_amazon(&self, stack: &Stack) -> anyhow::Result<()> {
        let configuration = Configuration {
            shared_secret: self.secret::<Amazon>("sharedSecret"),
            products: products(),
            notification_url: Some(format!("{}{}", stack.api_url, self.amazon_address())),
            notification_host: Some(stack.api_host.clone()),
            topic_arn: TOPIC.to_owned(),
            ..Configuration::default()
        };
        self.amazon().configure(&configuration).await?;
        self.configure_amazon(&json!({})).await?;
        self.list_products(SLUG, MONTHLY, PREMIUM).await?;
        let rental = json!({
            "title": "Film, rented", "packageName": "Symphony Film Rental",
            "productIds": {SLUG: RENTAL}, "rental": {"hours": RENTAL_HOURS},
        });
        self.put(&format!("/v1/offers/{RENTAL_OFFER}"), &rental)
            .await?;
        let film = json!({
            "title": "Film", "packageName": "Symphony Film", "productIds": {SLUG: FILM},
        });
        self.put(&format!("/v1/offers/{FILM_OFFER}"), &film).await
    }

    /// Returns the path to which the store sends notifications.
    #[must_use]
    pub fn amazon_address(&self) -> String {
        format!("/amazon/notifications/broadcasters/{}", self.id)
    }

    /// Configures the store with its secret, its app, its topic and addresses, overridden by these
    /// settings; `null` removes one.
    ///
    /// # Errors
    /// If the settings are not an object, or are refused.
    pub async fn configure_amazon(&self, settings: &Value) -> anyhow::Result<()> {
        let store = self.amazon_store(settings)?;
        self.put("/v1/stores/amazon", &store).await
    }

    /// Builds the body of that configuration.
    ///
    /// # Errors
    /// If the settings are not an object.
    pub fn amazon_store(&self, settings: &Value) -> anyhow::Result<Value> {
        let store = json!({
            "sharedSecret": self.secret::<Amazon>("sharedSecret"),
            "packageNames": [self.amazon().package_name()],
            "topicArns": [TOPIC],
            "apiBaseUrl": self.amazon().rvs_base_url(),
            "snsHost": self.amazon().sns_base_url(),
        });
        merged(store, settings)
    }

    /// Records the parts of a receipt that must not be logged.
    ///
    /// # Errors
    /// If they cannot be recorded.
    pub fn note_amazon(&self, receipt: &Receipt) -> anyhow::Result<()> {
        self.confidential.note(&receipt.receipt_id)?;
        self.confidential.note(&receipt.user_id)
    }

    /// Submits a receipt as the customer's app, and polls until the validation has ended. Returns
    /// the last status.
    ///
    /// # Errors
    /// If it is not queued, or has not ended in time.
    pub async fn claim_amazon(
        &self,
        customer: &str,
        receipt: &Receipt,
        limit: Duration,
    ) -> anyhow::Result<Value> {
        let body = submission(receipt);
        let correlation = self.submit_to(SLUG, customer, &body).await?;
        self.outcome_of(SLUG, customer, &correlation, limit).await
    }
}
