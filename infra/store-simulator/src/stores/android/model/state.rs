//! States of purchases.

use serde::{Deserialize, Serialize};

/// State of a purchase, as its actions left it. A look-up can also depend on the time: it shows a
/// cancelled or prepaid purchase as expired once its end has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Bought, not paid yet.
    Pending,
    /// Running.
    Active,
    /// The customer paused it.
    Paused,
    /// The renewal was declined; access continues.
    InGracePeriod,
    /// The renewal was declined; access has ended.
    OnHold,
    /// It does not renew; access continues to its end.
    Canceled,
    /// Ended.
    Expired,
    /// Never paid.
    PendingPurchaseCanceled,
}

impl State {
    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "SUBSCRIPTION_STATE_PENDING",
            Self::Active => "SUBSCRIPTION_STATE_ACTIVE",
            Self::Paused => "SUBSCRIPTION_STATE_PAUSED",
            Self::InGracePeriod => "SUBSCRIPTION_STATE_IN_GRACE_PERIOD",
            Self::OnHold => "SUBSCRIPTION_STATE_ON_HOLD",
            Self::Canceled => "SUBSCRIPTION_STATE_CANCELED",
            Self::Expired => "SUBSCRIPTION_STATE_EXPIRED",
            Self::PendingPurchaseCanceled => "SUBSCRIPTION_STATE_PENDING_PURCHASE_CANCELED",
        }
    }
}

/// State of a one-time purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OneTimeState {
    /// Bought, not paid yet.
    Pending,
    /// Paid.
    Purchased,
    /// Cancelled before payment, or refunded.
    Cancelled,
}

impl OneTimeState {
    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Purchased => "PURCHASED",
            Self::Cancelled => "CANCELLED",
        }
    }
}
