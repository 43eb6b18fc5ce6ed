//! What has happened to a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Money, TransactionId, TransactionType};

/// One entry of a purchase's history; each has been told in a notification, unless silently made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Its own id.
    pub transaction_id: TransactionId,
    /// What it is.
    pub kind: TransactionType,
    /// When it happened.
    pub at: Timestamp,
    /// `expirationDate` after it.
    pub expiration_date: Option<Timestamp>,
    /// In a free trial.
    pub trial: bool,
    /// What the plan costs, before tax and whether charged or not.
    pub amount: Money,
    /// What was charged, before tax; negative when it was paid back.
    pub price: Money,
    /// The tax on that.
    pub tax: Money,
    /// Both together.
    pub total: Money,
    /// Of the price, what was paid back.
    pub refunded: Money,
    /// Of the total, what a service credit has paid.
    pub credits_applied: Option<Money>,
    /// The publisher's reference of a refund or a credit.
    pub partner_reference_id: Option<String>,
}

impl Transaction {
    /// One by which no money moves.
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

    /// The same with this money.
    pub(super) fn charging(mut self, price: Money, tax: Money) -> Self {
        (self.price, self.tax, self.total) = (price, tax, price.plus(tax));
        self
    }

    /// Of the price, what can still be paid back.
    pub(super) fn refundable(&self) -> Money {
        self.price.minus(self.refunded)
    }
}
