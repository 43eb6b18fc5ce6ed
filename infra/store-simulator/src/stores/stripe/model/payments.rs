//! The store's records of invoices and payments. Amounts are in the currency's minor unit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    BillingReason, DisputeStatus, IntentStatus, InvoiceStatus, Metadata, Price, RefundStatus,
};

/// Line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Line id, `il_…`.
    pub line_id: String,
    /// Amount; negative for a credit.
    pub amount: i64,
    /// Beginning of the period that it pays for.
    pub period_start: Timestamp,
    /// End of the period that it pays for.
    pub period_end: Timestamp,
    /// Item id, `si_…`, or `ii_…` of an extra.
    pub item_id: String,
    /// Whether it is for an extra beside the subscription.
    #[serde(default)]
    pub extra: bool,
    /// Whether it pays the difference of a change.
    pub proration: bool,
    /// Price.
    pub price: Price,
    /// Quantity.
    pub quantity: i64,
}

/// Payment of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePayment {
    /// Payment id, `inpay_…`.
    pub payment_id: String,
    /// Payment intent, `pi_…`.
    pub payment_intent_id: String,
    /// Time of creation.
    pub created: Timestamp,
}

/// Invoice of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Invoice id, `in_…`.
    pub invoice_id: String,
    /// Status.
    pub status: InvoiceStatus,
    /// Reason for the invoice.
    pub billing_reason: BillingReason,
    /// Currency code, such as `eur`.
    pub currency: String,
    /// Amount to be paid; never negative.
    pub amount_due: i64,
    /// Paid amount.
    pub amount_paid: i64,
    /// Whether it advances by itself: from draft to open, and to further attempts.
    pub auto_advance: bool,
    /// Number of attempts at payment.
    pub attempt_count: u32,
    /// Time of the next attempt.
    pub next_payment_attempt: Option<Timestamp>,
    /// Time of creation.
    pub created: Timestamp,
    /// Time at which it was finalised.
    pub finalized_at: Option<Timestamp>,
    /// Time of payment.
    pub paid_at: Option<Timestamp>,
    /// Beginning of the previous period, not of the one that it pays for.
    pub period_start: Timestamp,
    /// End of the previous period.
    pub period_end: Timestamp,
    /// Lines.
    pub lines: Vec<Line>,
    /// Payments.
    pub payments: Vec<InvoicePayment>,
    /// Metadata of the subscription when the invoice was created.
    pub metadata: Metadata,
}

impl Invoice {
    /// Returns the payment intent of the latest payment.
    #[must_use]
    pub fn payment_intent_id(&self) -> Option<&str> {
        let last = self.payments.last();
        last.map(|payment| payment.payment_intent_id.as_str())
    }
}

/// Payment intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentIntent {
    /// Payment intent id, `pi_…`.
    pub payment_intent_id: String,
    /// Amount to be paid.
    pub amount: i64,
    /// Currency code, such as `eur`.
    pub currency: String,
    /// Status.
    pub status: IntentStatus,
    /// Latest charge, `ch_…`.
    pub latest_charge: Option<String>,
    /// Invoice that it pays, if any.
    pub invoice_id: Option<String>,
    /// Time of creation.
    pub created: Timestamp,
    /// Metadata.
    pub metadata: Metadata,
}

/// Charge: one attempt at a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    /// Charge id, `ch_…`.
    pub charge_id: String,
    /// Payment intent, `pi_…`.
    pub payment_intent_id: String,
    /// Invoice that it pays, if any; new API versions do not show it.
    pub invoice_id: Option<String>,
    /// Charged amount.
    pub amount: i64,
    /// Refunded amount.
    pub amount_refunded: i64,
    /// Currency code, such as `eur`.
    pub currency: String,
    /// Whether it succeeded.
    pub paid: bool,
    /// Whether the customer's bank has raised a dispute.
    pub disputed: bool,
    /// Time of the attempt.
    pub created: Timestamp,
    /// Metadata of the payment intent.
    pub metadata: Metadata,
}

impl Charge {
    /// Returns whether it was refunded in full.
    #[must_use]
    pub fn is_refunded(&self) -> bool {
        self.paid && self.amount_refunded >= self.amount
    }
}

/// Refund of a charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// Refund id, `re_…`.
    pub refund_id: String,
    /// Charge, `ch_…`.
    pub charge_id: String,
    /// Payment intent, `pi_…`.
    pub payment_intent_id: String,
    /// Amount.
    pub amount: i64,
    /// Currency code, such as `eur`.
    pub currency: String,
    /// Status.
    pub status: RefundStatus,
    /// Reason, such as `requested_by_customer`.
    pub reason: Option<String>,
    /// Time of creation.
    pub created: Timestamp,
}

/// Dispute of a charge, raised by the customer's bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dispute {
    /// Dispute id, `du_…`.
    pub dispute_id: String,
    /// Charge, `ch_…`.
    pub charge_id: String,
    /// Payment intent, `pi_…`.
    pub payment_intent_id: String,
    /// Amount.
    pub amount: i64,
    /// Currency code, such as `eur`.
    pub currency: String,
    /// Status.
    pub status: DisputeStatus,
    /// Reason, such as `fraudulent`.
    pub reason: String,
    /// Time at which it was raised.
    pub created: Timestamp,
}
