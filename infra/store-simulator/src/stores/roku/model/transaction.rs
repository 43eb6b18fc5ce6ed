//! Transactions of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Money, TransactionId, TransactionType};

/// Entry of a purchase's history; each caused a notification, unless suppressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Transaction id.
    pub transaction_id: TransactionId,
    /// Kind.
    pub kind: TransactionType,
    /// Time.
    pub at: Timestamp,
    /// `expirationDate` after it.
    pub expiration_date: Option<Timestamp>,
    /// Whether it is in a free trial.
    pub trial: bool,
    /// Price of the plan, before tax, whether charged or not.
    pub amount: Money,
    /// Charged amount before tax; negative for a refund.
    pub price: Money,
    /// Tax on the charged amount.
    pub tax: Money,
    /// Charged amount with tax.
    pub total: Money,
    /// Refunded part of the price.
    pub refunded: Money,
    /// Part of the total that a service credit has paid.
    pub credits_applied: Option<Money>,
    /// Publisher's reference of a refund or a credit.
    pub partner_reference_id: Option<String>,
}

impl Transaction {
    /// Creates a transaction without money.
    pub(super) fn free(
        transaction_id: TransactionId,
        kind: TransactionType,
        at: Timestamp,
        expiration_date: Option<Timestamp>,
    ) -> Self {
        Self {
            transaction_id,
            kind,
            at,
            expiration_date,
            trial: false,
            amount: Money::ZERO,
            price: Money::ZERO,
            tax: Money::ZERO,
            total: Money::ZERO,
            refunded: Money::ZERO,
            credits_applied: None,
            partner_reference_id: None,
        }
    }

    /// Sets the charged amounts.
    pub(super) fn charging(mut self, price: Money, tax: Money) -> Self {
        (self.price, self.tax, self.total) = (price, tax, price.plus(tax));
        self
    }

    /// Returns the part of the price that can still be refunded.
    pub(super) fn refundable(&self) -> Money {
        self.price.minus(self.refunded)
    }
}
