//! Originators of cancellations, and rules for replacing a plan.

use serde::{Deserialize, Serialize};

/// Originator of a cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelledBy {
    /// The customer.
    User,
    /// The store, after failed charges.
    System,
    /// The developer.
    Developer,
    /// A purchase that replaced it.
    Replacement,
}

/// Rule for the time that is already paid when a plan is replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReplacementMode {
    /// Converted into time on the new plan; nothing is charged.
    WithTimeProration,
    /// The difference is charged; the dates stay.
    ChargeProratedPrice,
    /// Nothing is charged; the dates stay.
    WithoutProration,
    /// A whole period is charged; the remaining time is added.
    #[default]
    ChargeFullPrice,
    /// The new plan begins at the renewal.
    Deferred,
}

impl ReplacementMode {
    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WithTimeProration => "WITH_TIME_PRORATION",
            Self::ChargeProratedPrice => "CHARGE_PRORATED_PRICE",
            Self::WithoutProration => "WITHOUT_PRORATION",
            Self::ChargeFullPrice => "CHARGE_FULL_PRICE",
            Self::Deferred => "DEFERRED",
        }
    }
}
