//! Who cancels, by which rule a plan is replaced, how a price changes.

use serde::{Deserialize, Serialize};

/// Who ended a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelledBy {
    /// The customer.
    User,
    /// The store, after charges that failed.
    System,
    /// The developer.
    Developer,
    /// Another purchase took its place.
    Replacement,
}

/// What becomes of the time that is paid when a plan is replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReplacementMode {
    /// Converted into time on the new plan; nothing is charged.
    WithTimeProration,
    /// The difference is charged; the dates stay.
    ChargeProratedPrice,
    /// Nothing is charged; the dates stay.
    WithoutProration,
    /// A whole period is charged; the remaining time comes on top.
    #[default]
    ChargeFullPrice,
    /// The new plan begins at the renewal.
    Deferred,
}

impl ReplacementMode {
    /// The API's word.
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
