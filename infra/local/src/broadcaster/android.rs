//! A broadcaster that also sells on Google Play.

use anyhow::Context as _;
use serde_json::{Value, json};
use store_simulator::android::model::{BasePlan, NewOneTimePurchase};
use store_simulator::android::{Android, AndroidControl, Configuration};

use super::{Broadcaster, Market};
use crate::stack::Stack;

/// Product of the offer [`MONTHLY_OFFER`](super::MONTHLY_OFFER).
pub const MONTHLY_PRODUCT: &str = "symphony_monthly";
/// Product of the offer [`PREMIUM_OFFER`](super::PREMIUM_OFFER).
pub const PREMIUM_PRODUCT: &str = "symphony_premium";
/// Base plan of both products that renews.
pub const BASE_PLAN: &str = "monthly";
/// Base plan of [`MONTHLY_PRODUCT`] that is topped up instead.
pub const PREPAID_PLAN: &str = "prepaid";

/// Film, a one-time purchase: the product of the offer [`FILM_OFFER`].
pub const FILM: &str = "symphony_film";
/// Offer of the film for [`FILM_HOURS`].
pub const FILM_OFFER: &str = "S300200521_US";
/// Access to a film, in hours.
pub const FILM_HOURS: u64 = 48;

const SLUG: &str = "android";

impl Market for Android {
    /// Returns the application that a broadcaster has at the simulated Google Play.
    fn tenant(broadcaster_id: &str) -> String {
        format!("com.example.b{broadcaster_id}")
    }
}

/// Returns the base plans of every application.
#[must_use]
pub fn base_plans() -> Vec<BasePlan> {
    let monthly = |product, amount| BasePlan::monthly(product, BASE_PLAN, amount, "USD");
    vec![
        monthly(MONTHLY_PRODUCT, "8.99"),
        monthly(PREMIUM_PRODUCT, "14.99"),
        BasePlan::monthly(MONTHLY_PRODUCT, PREPAID_PLAN, "9.99", "USD").prepaid(),
    ]
}

/// Creates a purchase of the film without a notification.
#[must_use]
pub fn film() -> NewOneTimePurchase {
    NewOneTimePurchase::of(FILM).silently()
}

impl Broadcaster {
    /// Returns its application at the simulated Google Play, once it sells there.
    #[must_use]
    pub fn android(&self) -> AndroidControl {
        self.store()
    }

    /// Lets it sell both offers on Google Play as well: registers its application with the
    /// simulator, configures the store and lists the products. Notifications go to the legacy
    /// address.
    ///
    /// # Errors
    /// If a call is refused.
    pub async fn sells_on_android(&self, stack: &Stack) -> anyhow::Result<()> {
        let configuration = Configuration {
            plans: base_plans(),
            notification_url: Some(format!("{}{}", stack.api_url, self.android_address())),
            notification_host: Some(stack.api_host.clone()),
            push_audience: self.push_audience(),
            push_email: self.push_service_account(),
            // One address serves the keys of all applications: while they are cached, those of an
            // application that is registered later would be missing.
            certs_max_age_seconds: 0,
            ..Configuration::default()
        };
        self.android().configure(&configuration).await?;
        self.configure_android(&json!({})).await?;
        self.list_products(SLUG, MONTHLY_PRODUCT, PREMIUM_PRODUCT)
            .await
    }

    /// Lets it rent out a film on Google Play as well.
    ///
    /// # Errors
    /// If the offer is refused.
    pub async fn lends_films_on_android(&self) -> anyhow::Result<()> {
        let film = json!({
            "title": "Film", "packageName": "Symphony Film", "productIds": {SLUG: FILM},
            "rental": {"hours": FILM_HOURS},
            "price": {"currency": "USD", "amountMicros": 3_990_000},
        });
        self.put(&format!("/v1/offers/{FILM_OFFER}"), &film).await
    }

    /// Returns the path to which the store sends notifications.
    #[must_use]
    pub fn android_address(&self) -> String {
        let id = &self.id;
        format!("/2.0/in_app/subscriptions/android/status_update_notification/{id}")
    }

    /// Configures the store with its service account and addresses, overridden by these settings;
    /// `null` removes one.
    ///
    /// # Errors
    /// If the settings are not an object, or are refused.
    pub async fn configure_android(&self, settings: &Value) -> anyhow::Result<()> {
        let service_account = self.android().service_account().await?;
        let key = service_account.get("private_key").and_then(Value::as_str);
        for line in key.context("no private key")?.lines() {
            if !line.starts_with('-') {
                self.confidential.note(line)?;
            }
        }
        let store = json!({
            "serviceAccount": service_account,
            "packageNames": [self.android().package_name()],
            "pushAudience": self.push_audience(),
            "pushServiceAccount": self.push_service_account(),
            "apiBaseUrl": self.android().base_url(),
            "keysUrl": self.android().certs_url(),
        });
        self.put_store::<Android>(store, settings).await
    }

    fn push_audience(&self) -> String {
        format!("https://api.example.com/play/{}", self.id)
    }

    fn push_service_account(&self) -> String {
        format!("push-{}@example-prod.iam.gserviceaccount.com", self.id)
    }
}
