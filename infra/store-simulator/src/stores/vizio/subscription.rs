//! The store's own record of a subscription.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Plan;

/// Status, as the look-up spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Running, nothing charged yet.
    Trial,
    /// Running and paid.
    Active,
    /// Opted out, running until its end.
    Canceled,
    /// A charge failed; the store retries it.
    PastDue,
    /// Ended.
    Expired,
    /// The current period was refunded.
    Refunded,
}

/// Payment status of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvoiceStatus {
    /// Paid.
    Successful,
    /// Charging failed so far.
    Failed,
    /// Paid and refunded.
    Refunded,
}

/// Invoice of one charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Invoice number; a later invoice has a greater one.
    pub invoice_number: String,
    /// Payment status.
    pub status: InvoiceStatus,
    /// Amount, decimal text.
    pub amount: String,
    /// Currency code.
    pub currency: String,
    /// Time of the refund.
    pub refunded_at: Option<Timestamp>,
}

/// Subscription in the store's records. Times are UTC, in whole seconds of the partner's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Subscription id of the store.
    pub subscription_id: String,
    /// Customer's id with the partner, if the purchase named one.
    pub partner_account_id: Option<String>,
    /// Current status.
    pub status: Status,
    /// Current plan.
    pub plan_code: String,
    /// Plan that the next renewal changes to, if any.
    pub pending_plan_code: Option<String>,
    /// Price of the current plan, decimal text.
    pub amount: String,
    /// Currency of the current plan.
    pub currency: String,
    /// Whether the subscription will renew.
    pub auto_renew: bool,
    /// Whether the current period is a free trial.
    pub in_trial: bool,
    /// Time of purchase.
    pub start_date: Timestamp,
    /// Start of the current period.
    pub current_period_start: Timestamp,
    /// End of the current period.
    pub current_period_end: Timestamp,
    /// Time of the next charge; `None` when the subscription will not renew.
    pub next_billing_date: Option<Timestamp>,
    /// End of access after a failed charge.
    pub grace_period_end: Option<Timestamp>,
    /// Time at which the customer opted out.
    pub canceled_at: Option<Timestamp>,
    /// Every charge, oldest first.
    pub invoices: Vec<Invoice>,
}

impl Subscription {
    /// Returns the number of the last invoice that was paid, whether or not it was refunded.
    #[must_use]
    pub fn invoice_number(&self) -> Option<&str> {
        let paid = |invoice: &&Invoice| invoice.status != InvoiceStatus::Failed;
        let last = self.invoices.iter().rev().find(paid);
        last.map(|invoice| invoice.invoice_number.as_str())
    }

    /// Returns what the look-up shows as `active`: a subscription that renews stays active while
    /// its renewal is overdue, one that does not renew is active until its end.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        match self.status {
            Status::Trial | Status::Active => true,
            Status::Canceled | Status::PastDue => now < self.end(),
            Status::Expired | Status::Refunded => false,
        }
    }

    /// Returns the end of the current period, or of the grace period when that is later.
    pub(crate) fn end(&self) -> Timestamp {
        let grace = self.grace_period_end.unwrap_or(self.current_period_end);
        grace.max(self.current_period_end)
    }

    pub(crate) fn take_plan(&mut self, plan: &Plan) {
        self.plan_code.clone_from(&plan.plan_code);
        self.amount.clone_from(&plan.amount);
        self.currency.clone_from(&plan.currency);
    }

    /// Returns the invoice whose charge has failed so far, if there is one.
    pub(crate) fn open_invoice(&mut self) -> Option<&mut Invoice> {
        self.invoices
            .last_mut()
            .filter(|invoice| invoice.status == InvoiceStatus::Failed)
    }
}
