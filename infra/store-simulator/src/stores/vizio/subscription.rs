//! The store's own record of a subscription.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Plan;

/// The status as the look-up spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Runs, nothing charged yet.
    Trial,
    /// Runs and is paid.
    Active,
    /// Opted out, runs until its end.
    Canceled,
    /// A charge failed; recovery is being tried.
    PastDue,
    /// Over.
    Expired,
    /// The current period was paid back.
    Refunded,
}

/// Whether an invoice was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvoiceStatus {
    /// Paid.
    Successful,
    /// Charging failed so far.
    Failed,
    /// Paid, and paid back.
    Refunded,
}

/// One charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Its number; a later invoice has a greater one.
    pub invoice_number: String,
    /// Whether it was paid.
    pub status: InvoiceStatus,
    /// Decimal text.
    pub amount: String,
    /// Currency code.
    pub currency: String,
    /// When it was paid back.
    pub refunded_at: Option<Timestamp>,
}

/// A subscription with all that the store knows of it. Times are UTC, in whole seconds
/// of the partner's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// The store's id of it.
    pub subscription_id: String,
    /// The customer's id with the partner, if the purchase named one.
    pub partner_account_id: Option<String>,
    /// The present status.
    pub status: Status,
    /// The present plan.
    pub plan_code: String,
    /// The plan that the next renewal takes, if that is another one.
    pub pending_plan_code: Option<String>,
    /// Price of the present plan, decimal text.
    pub amount: String,
    /// Currency of the present plan.
    pub currency: String,
    /// Whether it will renew.
    pub auto_renew: bool,
    /// Whether the present period is a free trial.
    pub in_trial: bool,
    /// When it was bought.
    pub start_date: Timestamp,
    /// Start of the present period.
    pub current_period_start: Timestamp,
    /// End of the present period.
    pub current_period_end: Timestamp,
    /// When the next charge is due; none when it will not renew.
    pub next_billing_date: Option<Timestamp>,
    /// Until when access goes on although a charge failed.
    pub grace_period_end: Option<Timestamp>,
    /// When the customer opted out.
    pub canceled_at: Option<Timestamp>,
    /// Every charge, oldest first.
    pub invoices: Vec<Invoice>,
}

impl Subscription {
    /// The number of the last invoice that was paid, whether or not it was paid back.
    #[must_use]
    pub fn invoice_number(&self) -> Option<&str> {
        let paid = |invoice: &&Invoice| invoice.status != InvoiceStatus::Failed;
        let last = self.invoices.iter().rev().find(paid);
        last.map(|invoice| invoice.invoice_number.as_str())
    }

    /// What the look-up says as `active`: one that renews by itself stays active while
    /// its renewal is due, one that does not is active until its end.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        match self.status {
            Status::Trial | Status::Active => true,
            Status::Canceled | Status::PastDue => now < self.end(),
            Status::Expired | Status::Refunded => false,
        }
    }

    /// End of the present period, or of the grace period when that is later.
    pub(crate) fn end(&self) -> Timestamp {
        let grace = self.grace_period_end.unwrap_or(self.current_period_end);
        grace.max(self.current_period_end)
    }

    pub(crate) fn take_plan(&mut self, plan: &Plan) {
        self.plan_code.clone_from(&plan.plan_code);
        self.amount.clone_from(&plan.amount);
        self.currency.clone_from(&plan.currency);
    }

    /// The invoice whose charge has failed so far, if there is one.
    pub(crate) fn open_invoice(&mut self) -> Option<&mut Invoice> {
        self.invoices
            .last_mut()
            .filter(|invoice| invoice.status == InvoiceStatus::Failed)
    }
}
