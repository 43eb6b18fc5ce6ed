//! Transactions: one for each period, and one for each one-time purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AppliedOffer;

/// Why there is a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// The customer did something.
    Purchase,
    /// The store renewed.
    Renewal,
}

/// How a transaction was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RevocationType {
    /// All is paid back.
    RefundFull,
    /// A part is paid back.
    RefundProrated,
    /// The family does not share it any more.
    FamilyRevoke,
}

/// That a transaction was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// 1 if the app was at fault.
    pub reason: u8,
    /// How.
    pub kind: RevocationType,
    /// Which part, in thousandths of a percent.
    pub percentage: u32,
}

/// One transaction.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Its id.
    pub transaction_id: String,
    /// The id of its period, of a subscription that renews.
    pub web_order_line_item_id: Option<String>,
    /// What was bought.
    pub product_id: String,
    /// When it was charged.
    pub purchase_date: Timestamp,
    /// The end of its period.
    pub expires_date: Option<Timestamp>,
    /// In thousandths of the currency's unit.
    pub price: i64,
    /// Such as `EUR`.
    pub currency: String,
    /// The offer in it.
    pub offer: Option<AppliedOffer>,
    /// Why there is one.
    pub reason: Reason,
    /// Whether it was taken back.
    pub revocation: Option<Revocation>,
    /// An upgrade took its place.
    pub is_upgraded: bool,
    /// `appAccountToken`.
    pub app_account_token: Option<String>,
    /// Grows with each change of any transaction of the app.
    pub revision: u64,
}

impl Transaction {
    /// The same transaction as far as a history shows it.
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
