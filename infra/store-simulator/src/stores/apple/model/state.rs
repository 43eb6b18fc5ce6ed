//! The states of a purchase.

use serde::{Deserialize, Serialize};

/// A purchase's state as the store keeps it. A one-time purchase is active or revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Paid, or in a free period.
    Active,
    /// Over.
    Expired,
    /// The charge failed and is tried again, without access.
    BillingRetry,
    /// The charge failed and is tried again, with access.
    Grace,
    /// Paid back, or taken from a family member.
    Revoked,
}

impl State {
    /// The number of the state in notifications and answers.
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

/// By which right the customer has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ownership {
    /// The customer bought it.
    Purchased,
    /// A family member bought it.
    FamilyShared,
}

impl Ownership {
    /// As it stands in transactions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purchased => "PURCHASED",
            Self::FamilyShared => "FAMILY_SHARED",
        }
    }
}
