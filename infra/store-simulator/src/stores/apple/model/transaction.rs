//! Transactions: one for each period, and one for each one-time purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AppliedOffer;

/// Reason of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// The customer bought or changed something.
    Purchase,
    /// The store renewed.
    Renewal,
}

/// Kind of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RevocationType {
    /// Refunded in full.
    RefundFull,
    /// Refunded in part.
    RefundProrated,
    /// No longer shared with the family.
    FamilyRevoke,
}

/// Revocation of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    /// Time.
    pub at: Timestamp,
    /// Reason: 1 if the app was at fault.
    pub reason: u8,
    /// Kind.
    pub kind: RevocationType,
    /// Refunded part, in thousandths of a percent.
    pub percentage: u32,
}

/// Transaction of a purchase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Transaction id.
    pub transaction_id: String,
    /// Id of the period, of a renewing subscription.
    pub web_order_line_item_id: Option<String>,
    /// Product.
    pub product_id: String,
    /// Date of the charge.
    pub purchase_date: Timestamp,
    /// End of the period.
    pub expires_date: Option<Timestamp>,
    /// Price in thousandths of the currency's unit.
    pub price: i64,
    /// Currency code, such as `EUR`.
    pub currency: String,
    /// Offer that the transaction used.
    pub offer: Option<AppliedOffer>,
    /// Reason of the transaction.
    pub reason: Reason,
    /// Revocation, if any.
    pub revocation: Option<Revocation>,
    /// Whether an upgrade replaced it.
    pub is_upgraded: bool,
    /// `appAccountToken`.
    pub app_account_token: Option<String>,
    /// Revision, which grows with each change of any transaction of the app.
    pub revision: u64,
}

impl Transaction {
    /// Returns whether a history shows both transactions alike.
    pub(super) fn shows_as(&self, other: &Self) -> bool {
        let revision = self.revision;
        *self
            == Self {
                revision,
                ..other.clone()
            }
    }
}

// By hand: accounts are personal data.
impl std::fmt::Debug for Transaction {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Transaction")
            .field("transaction_id", &self.transaction_id)
            .field("product_id", &self.product_id)
            .field("purchase_date", &self.purchase_date)
            .field("expires_date", &self.expires_date)
            .field("revocation", &self.revocation)
            .finish_non_exhaustive()
    }
}
