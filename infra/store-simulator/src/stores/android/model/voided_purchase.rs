//! What was voided.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PurchaseToken;

/// An entry of the list of voided purchases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VoidedPurchase {
    /// The purchase.
    pub purchase_token: PurchaseToken,
    /// The order.
    pub order_id: String,
    /// When the order was paid.
    pub paid_at: Timestamp,
    /// When it was voided.
    pub voided_at: Timestamp,
    /// 0 the customer, 1 the developer, 2 the store.
    pub source: u32,
    /// Why, by the API's numbers.
    pub reason: u32,
    /// It was bought once.
    pub one_time: bool,
}
