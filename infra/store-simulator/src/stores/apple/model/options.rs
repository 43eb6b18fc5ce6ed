//! What an action can be told.

use serde::{Deserialize, Serialize};

/// Why a subscription ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WhyExpired {
    /// The customer cancelled.
    Voluntary,
    /// No charge succeeded.
    BillingRetry,
    /// The customer did not agree to a price.
    PriceIncrease,
    /// The product is not sold any more.
    ProductNotForSale,
    /// Anything else.
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

    /// `expirationIntent`.
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

/// What an action can be told. Fields that it has no use for are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Upgrade, downgrade, resubscribe: the product.
    pub product_id: Option<String>,
    /// Resubscribe, upgrade: which offer.
    pub offer_id: Option<String>,
    /// Resubscribe: `appAccountToken`.
    pub app_account_token: Option<String>,
    /// Share: a name for the member's Apple account.
    pub customer: Option<String>,
    /// Resubscribe: as a subscription of its own.
    pub new_original: bool,
    /// Length of the grace period.
    pub seconds: Option<u64>,
    /// Expire: why; by the state, if not given.
    pub because: Option<WhyExpired>,
    /// Refunds: the transaction; the last one that fits, if not given.
    pub transaction_id: Option<String>,
    /// Refund: only this part, in thousandths of a percent.
    pub percentage: Option<u32>,
    /// Refund: 1 if the app was at fault.
    pub revocation_reason: u8,
    /// Refund: renewals stop too.
    pub auto_renew_off: bool,
    /// Move the clock to the end of the period if the action belongs there.
    pub move_clock: bool,
    /// Send the notifications.
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
    /// Options that name a product.
    #[must_use]
    pub fn to_product(product_id: impl Into<String>) -> Self {
        Self {
            product_id: Some(product_id.into()),
            ..Self::default()
        }
    }

    /// Options with a length of time in seconds.
    #[must_use]
    pub fn lasting(seconds: u64) -> Self {
        Self {
            seconds: Some(seconds),
            ..Self::default()
        }
    }

    /// Options with a reason for the end.
    #[must_use]
    pub fn because(why: WhyExpired) -> Self {
        Self {
            because: Some(why),
            ..Self::default()
        }
    }

    /// The same options, but nothing is sent.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
