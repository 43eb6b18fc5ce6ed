//! Voided purchases.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PurchaseToken;

/// Entry of the list of voided purchases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VoidedPurchase {
    /// Purchase token.
    pub purchase_token: PurchaseToken,
    /// Order id.
    pub order_id: String,
    /// Time at which the order was paid.
    pub paid_at: Timestamp,
    /// Time at which it was voided.
    pub voided_at: Timestamp,
    /// Source: 0 the customer, 1 the developer, 2 the store.
    pub source: u32,
    /// Reason, by the API's numbers.
    pub reason: u32,
    /// Whether it is a one-time purchase.
    pub one_time: bool,
}
