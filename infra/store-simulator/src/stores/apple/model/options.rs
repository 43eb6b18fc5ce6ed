//! Options of an action.

use serde::{Deserialize, Serialize};

/// Reason why a subscription expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WhyExpired {
    /// The customer cancelled.
    Voluntary,
    /// No charge succeeded.
    BillingRetry,
    /// The customer did not agree to a price increase.
    PriceIncrease,
    /// The product is no longer for sale.
    ProductNotForSale,
    /// Any other reason.
    Other,
}

impl WhyExpired {
    pub(super) fn subtype(self) -> Option<&'static str> {
        match self {
            Self::Voluntary => Some("VOLUNTARY"),
            Self::BillingRetry => Some("BILLING_RETRY"),
            Self::PriceIncrease => Some("PRICE_INCREASE"),
            Self::ProductNotForSale => Some("PRODUCT_NOT_FOR_SALE"),
            Self::Other => None,
        }
    }

    /// Returns the `expirationIntent`.
    pub(super) fn intent(self) -> u8 {
        match self {
            Self::Voluntary => 1,
            Self::BillingRetry => 2,
            Self::PriceIncrease => 3,
            Self::ProductNotForSale => 4,
            Self::Other => 5,
        }
    }
}

/// Options of an action. Fields that the action does not use are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Product, for `upgrade`, `downgrade` and `resubscribe`.
    pub product_id: Option<String>,
    /// Offer, for `resubscribe` and `upgrade`.
    pub offer_id: Option<String>,
    /// `appAccountToken`, for `resubscribe`.
    pub app_account_token: Option<String>,
    /// Name of the member's Apple account, for `share`.
    pub customer: Option<String>,
    /// Creates a separate subscription, for `resubscribe`.
    pub new_original: bool,
    /// Length of the grace period in seconds.
    pub seconds: Option<u64>,
    /// Reason, for `expire`. Defaults to the one that the state implies.
    pub because: Option<WhyExpired>,
    /// Transaction to refund or to reverse. Defaults to the last suitable one.
    pub transaction_id: Option<String>,
    /// Refunded part in thousandths of a percent, for `refund`.
    pub percentage: Option<u32>,
    /// Reason of a refund: 1 if the app was at fault.
    pub revocation_reason: u8,
    /// Turns renewals off as well, for `refund`.
    pub auto_renew_off: bool,
    /// Moves the clock to the end of the period if the action belongs there.
    pub move_clock: bool,
    /// Sends the notifications.
    pub notify: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            product_id: None,
            offer_id: None,
            app_account_token: None,
            customer: None,
            new_original: false,
            seconds: None,
            because: None,
            transaction_id: None,
            percentage: None,
            revocation_reason: 0,
            auto_renew_off: false,
            move_clock: true,
            notify: true,
        }
    }
}

// By hand: accounts are personal data.
impl std::fmt::Debug for Options {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Options")
            .field("product_id", &self.product_id)
            .field("offer_id", &self.offer_id)
            .field("seconds", &self.seconds)
            .field("because", &self.because)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// Creates options that name a product.
    #[must_use]
    pub fn to_product(product_id: impl Into<String>) -> Self {
        Self {
            product_id: Some(product_id.into()),
            ..Self::default()
        }
    }

    /// Creates options with a duration in seconds.
    #[must_use]
    pub fn lasting(seconds: u64) -> Self {
        Self {
            seconds: Some(seconds),
            ..Self::default()
        }
    }

    /// Creates options with a reason for the end.
    #[must_use]
    pub fn because(why: WhyExpired) -> Self {
        Self {
            because: Some(why),
            ..Self::default()
        }
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
