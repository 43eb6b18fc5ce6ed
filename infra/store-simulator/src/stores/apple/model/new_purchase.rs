//! Purchase to make.

use serde::{Deserialize, Serialize};

use super::Environment;

/// Purchase to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// Product.
    pub product_id: String,
    /// Offer of the product.
    pub offer_id: Option<String>,
    /// `appAccountToken`, a UUID that the app sets.
    pub app_account_token: Option<String>,
    /// Name of the Apple account. Without it a new account buys.
    pub customer: Option<String>,
    /// Environment of the purchase.
    pub environment: Environment,
    /// Storefront, three letters.
    pub storefront: String,
    /// Sends the notifications.
    pub notify: bool,
}

impl Default for NewPurchase {
    fn default() -> Self {
        Self {
            product_id: String::new(),
            offer_id: None,
            app_account_token: None,
            customer: None,
            environment: Environment::Production,
            storefront: "DEU".to_owned(),
            notify: true,
        }
    }
}

// By hand: accounts are personal data.
impl std::fmt::Debug for NewPurchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewPurchase")
            .field("product_id", &self.product_id)
            .field("offer_id", &self.offer_id)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

impl NewPurchase {
    /// Creates a purchase of a product without an offer.
    #[must_use]
    pub fn of(product_id: impl Into<String>) -> Self {
        Self {
            product_id: product_id.into(),
            ..Self::default()
        }
    }

    /// Sets the `appAccountToken`.
    #[must_use]
    pub fn for_account(mut self, app_account_token: impl Into<String>) -> Self {
        self.app_account_token = Some(app_account_token.into());
        self
    }

    /// Names the Apple account that buys.
    #[must_use]
    pub fn by_customer(mut self, customer: impl Into<String>) -> Self {
        self.customer = Some(customer.into());
        self
    }

    /// Takes an offer.
    #[must_use]
    pub fn with_offer(mut self, offer_id: impl Into<String>) -> Self {
        self.offer_id = Some(offer_id.into());
        self
    }

    /// Makes it a test purchase.
    #[must_use]
    pub fn in_sandbox(mut self) -> Self {
        self.environment = Environment::Sandbox;
        self
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
