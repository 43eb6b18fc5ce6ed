//! The store's records of invoices and payments. Amounts are in the currency's minor unit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    BillingReason, DisputeStatus, IntentStatus, InvoiceStatus, Metadata, Price, RefundStatus,
};

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// `il_…`.
    pub line_id: String,
    /// Negative where something is paid back.
    pub amount: i64,
    /// The beginning of what it pays for.
    pub period_start: Timestamp,
    /// The end of what it pays for.
    pub period_end: Timestamp,
    /// `si_…`, or `ii_…` of an extra.
    pub item_id: String,
    /// It is for something beside the subscription.
    #[serde(default)]
    pub extra: bool,
    /// It pays the difference of a change.
    pub proration: bool,
    /// Its price.
    pub price: Price,
    /// How many.
    pub quantity: i64,
}

/// One payment of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePayment {
    /// `inpay_…`.
    pub payment_id: String,
    /// `pi_…`.
    pub payment_intent_id: String,
    /// When it was made.
    pub created: Timestamp,
}

/// An invoice of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// `in_…`.
    pub invoice_id: String,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// Why it was made.
    pub billing_reason: BillingReason,
    /// Such as `eur`.
    pub currency: String,
    /// What is to be paid; never negative.
    pub amount_due: i64,
    /// What was paid.
    pub amount_paid: i64,
    /// It goes on by itself: from draft to open, and to further attempts.
    pub auto_advance: bool,
    /// How often a payment was tried.
    pub attempt_count: u32,
    /// When it is tried next.
    pub next_payment_attempt: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was finalised.
    pub finalized_at: Option<Timestamp>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// The beginning of the period before: not of what it pays for.
    pub period_start: Timestamp,
    /// The end of the period before.
    pub period_end: Timestamp,
    /// What it pays for.
    pub lines: Vec<Line>,
    /// How it was paid.
    pub payments: Vec<InvoicePayment>,
    /// The subscription's metadata when it was made.
    pub metadata: Metadata,
}

impl Invoice {
    /// The latest payment's intent.
    #[must_use]
    pub fn payment_intent_id(&self) -> Option<&str> {
        let last = self.payments.last();
        last.map(|payment| payment.payment_intent_id.as_str())
    }
}

/// A payment in the making, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentIntent {
    /// `pi_…`.
    pub payment_intent_id: String,
    /// What is to be paid.
    pub amount: i64,
    /// Such as `eur`.
    pub currency: String,
    /// Where it stands.
    pub status: IntentStatus,
    /// `ch_…`.
    pub latest_charge: Option<String>,
    /// The invoice that it pays, if any.
    pub invoice_id: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// The merchant's keys and values.
    pub metadata: Metadata,
}

/// One attempt at a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    /// `ch_…`.
    pub charge_id: String,
    /// `pi_…`.
    pub payment_intent_id: String,
    /// The invoice that it pays, if any; new API versions do not show it.
    pub invoice_id: Option<String>,
    /// What was charged.
    pub amount: i64,
    /// What was paid back.
    pub amount_refunded: i64,
    /// Such as `eur`.
    pub currency: String,
    /// It succeeded.
    pub paid: bool,
    /// The customer's bank has raised a dispute.
    pub disputed: bool,
    /// When it was tried.
    pub created: Timestamp,
    /// The payment intent's metadata.
    pub metadata: Metadata,
}

impl Charge {
    /// All of it was paid back.
    #[must_use]
    pub fn is_refunded(&self) -> bool {
        self.paid && self.amount_refunded >= self.amount
    }
}

/// Money that is paid back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// `re_…`.
    pub refund_id: String,
    /// `ch_…`.
    pub charge_id: String,
    /// `pi_…`.
    pub payment_intent_id: String,
    /// How much.
    pub amount: i64,
    /// Such as `eur`.
    pub currency: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// Why, such as `requested_by_customer`.
    pub reason: Option<String>,
    /// When it was made.
    pub created: Timestamp,
}

/// A payment that the customer's bank calls into question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dispute {
    /// `du_…`.
    pub dispute_id: String,
    /// `ch_…`.
    pub charge_id: String,
    /// `pi_…`.
    pub payment_intent_id: String,
    /// How much.
    pub amount: i64,
    /// Such as `eur`.
    pub currency: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Why, such as `fraudulent`.
    pub reason: String,
    /// When it was raised.
    pub created: Timestamp,
}
