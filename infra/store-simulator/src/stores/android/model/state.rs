//! Where a purchase stands.

use serde::{Deserialize, Serialize};

/// A purchase's state, by what was done to it. What a look-up shows can also depend on the time:
/// a cancelled or prepaid one reads as expired once its end has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Bought, not paid yet.
    Pending,
    /// It runs.
    Active,
    /// The customer paused it.
    Paused,
    /// The renewal was declined; access goes on.
    InGracePeriod,
    /// The renewal was declined; access is off.
    OnHold,
    /// It does not renew; access goes on to its end.
    Canceled,
    /// It ended.
    Expired,
    /// It was never paid.
    PendingPurchaseCanceled,
}

impl State {
    /// The API's word.
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

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OneTimeState {
    /// Bought, not paid yet.
    Pending,
    /// Paid.
    Purchased,
    /// Given up before it was paid, or paid back.
    Cancelled,
}

impl OneTimeState {
    /// The API's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Purchased => "PURCHASED",
            Self::Cancelled => "CANCELLED",
        }
    }
}
