//! How claims of one store's purchases are decided.

use serde::{Deserialize, Serialize};

use crate::TransferPolicy;

/// Whether a claim must show more than the purchase key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// The purchase key alone is enough.
    #[default]
    Optional,
    /// The claim must also name what only the buyer and the store know.
    Required,
}

/// A broadcaster's choice for one store. What a later version added is ignored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClaimRule {
    /// What a purchase does that another customer submits; absent: what the broadcaster's switch says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferPolicy>,
    /// Whether a claim needs a second factor.
    pub second_factor: SecondFactor,
}
