//! Purchase to make.

use serde::{Deserialize, Serialize};

use super::PurchaseToken;

/// Purchase to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// Purchase token. Generated if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_token: Option<PurchaseToken>,
    /// Subscription product.
    pub product_id: String,
    /// Base plan. Defaults to the only one of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_plan_id: Option<String>,
    /// Offer. Without it the base plan's price applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_id: Option<String>,
    /// `obfuscatedExternalAccountId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// `obfuscatedExternalProfileId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<String>,
    /// Billing country.
    #[serde(default = "germany")]
    pub region_code: String,
    /// Whether a licence tester buys.
    #[serde(default)]
    pub test: bool,
    /// Whether the payment is pending.
    #[serde(default)]
    pub pending: bool,
    /// Sends the notification.
    #[serde(default = "yes")]
    pub notify: bool,
}

// By hand: accounts are personal data.
impl std::fmt::Debug for NewPurchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewPurchase")
            .field("product_id", &self.product_id)
            .field("base_plan_id", &self.base_plan_id)
            .field("offer_id", &self.offer_id)
            .field("pending", &self.pending)
            .finish_non_exhaustive()
    }
}

pub(super) fn germany() -> String {
    "DE".to_owned()
}

fn yes() -> bool {
    true
}

impl NewPurchase {
    /// Creates a purchase of this plan that names no account.
    #[must_use]
    pub fn of(product_id: impl Into<String>, base_plan_id: impl Into<String>) -> Self {
        Self {
            purchase_token: None,
            product_id: product_id.into(),
            base_plan_id: Some(base_plan_id.into()),
            offer_id: None,
            account_id: None,
            profile_id: None,
            region_code: germany(),
            test: false,
            pending: false,
            notify: true,
        }
    }

    /// Sets the purchase token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<PurchaseToken>) -> Self {
        self.purchase_token = Some(token.into());
        self
    }

    /// Takes an offer.
    #[must_use]
    pub fn with_offer(mut self, offer_id: impl Into<String>) -> Self {
        self.offer_id = Some(offer_id.into());
        self
    }

    /// Names the account.
    #[must_use]
    pub fn for_account(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// Makes it by a licence tester.
    #[must_use]
    pub fn as_test(mut self) -> Self {
        self.test = true;
        self
    }

    /// Leaves the payment pending.
    #[must_use]
    pub fn pending(mut self) -> Self {
        self.pending = true;
        self
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
