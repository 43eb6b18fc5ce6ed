//! Rules for claims of one store's purchases.

use serde::{Deserialize, Serialize};

use crate::TransferPolicy;

/// Whether a claim needs more than the purchase key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// The purchase key alone is enough.
    #[default]
    Optional,
    /// The claim must also name a value that only the buyer and the store know.
    Required,
}

/// A broadcaster's rule for one store. Fields of a later version are ignored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClaimRule {
    /// Rule for a purchase that another customer submits; absent: the broadcaster's setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferPolicy>,
    /// Whether a claim needs a second factor.
    pub second_factor: SecondFactor,
}
