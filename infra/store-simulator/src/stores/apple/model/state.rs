//! States of a purchase.

use serde::{Deserialize, Serialize};

/// Stored state of a purchase. A one-time purchase is active or revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Paid, or in a free period.
    Active,
    /// Ended.
    Expired,
    /// The charge failed and is retried, without access.
    BillingRetry,
    /// The charge failed and is retried, with access.
    Grace,
    /// Refunded, or taken from a family member.
    Revoked,
}

impl State {
    /// Returns the state's number in notifications and API responses.
    #[must_use]
    pub fn status(self) -> u8 {
        match self {
            Self::Active => 1,
            Self::Expired => 2,
            Self::BillingRetry => 3,
            Self::Grace => 4,
            Self::Revoked => 5,
        }
    }
}

/// Ownership of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ownership {
    /// The customer bought it.
    Purchased,
    /// A family member bought it.
    FamilyShared,
}

impl Ownership {
    /// Returns the name in transactions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purchased => "PURCHASED",
            Self::FamilyShared => "FAMILY_SHARED",
        }
    }
}
