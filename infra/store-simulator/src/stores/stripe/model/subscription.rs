//! The store's record of a subscription.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    CancelReason, Metadata, MissingPaymentMethod, PauseBehavior, PauseType, Price, Private, Status,
};

/// One thing that is subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// `si_…`.
    pub item_id: String,
    /// Its price, as it was when it was taken.
    pub price: Price,
    /// How many.
    pub quantity: i64,
    /// The beginning of its period.
    pub current_period_start: Timestamp,
    /// The end of its period.
    pub current_period_end: Timestamp,
}

impl Item {
    /// What a period costs.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.price.unit_amount.saturating_mul(self.quantity)
    }
}

/// Why it ends, and what the customer said about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancellationDetails {
    /// Why.
    pub reason: Option<CancelReason>,
    /// The customer's choice, such as `too_expensive`.
    pub feedback: Option<String>,
    /// The customer's words.
    pub comment: Option<Private>,
}

/// Collection is paused; the subscription goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PauseCollection {
    /// What becomes of invoices.
    pub behavior: PauseBehavior,
    /// Until when.
    pub resumes_at: Option<Timestamp>,
}

/// The subscription is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Paused {
    /// Why.
    pub pause_type: PauseType,
    /// Since when.
    pub transitioned_at: Timestamp,
}

/// A change at the next renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// `sub_sched_…`.
    pub schedule_id: String,
    /// The price from then on.
    pub price: Price,
}

/// A subscription. Times are UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// `sub_…`, the same through renewals, pauses and plan changes.
    pub subscription_id: String,
    /// Made with a live key.
    pub livemode: bool,
    /// `cus_…`.
    pub customer_id: String,
    /// What was last done to it.
    pub status: Status,
    /// Shown instead of the status, known to the API or not.
    pub shown_status: Option<String>,
    /// Flexible billing; else classic.
    pub flexible: bool,
    /// When it was made.
    pub created: Timestamp,
    /// What its periods are counted from.
    pub billing_cycle_anchor: Timestamp,
    /// When it is set to end.
    pub cancel_at: Option<Timestamp>,
    /// It is set to end with its period.
    pub cancel_at_period_end: bool,
    /// When the end was asked for.
    pub canceled_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub cancellation: CancellationDetails,
    /// Collection is paused.
    pub pause_collection: Option<PauseCollection>,
    /// It is paused.
    pub paused: Option<Paused>,
    /// The beginning of the trial, if it had one.
    pub trial_start: Option<Timestamp>,
    /// The end of the trial.
    pub trial_end: Option<Timestamp>,
    /// What becomes of the trial without a payment method.
    pub missing_payment_method: MissingPaymentMethod,
    /// `pm_…`.
    pub default_payment_method: Option<String>,
    /// `in_…`.
    pub latest_invoice: String,
    /// A change at the next renewal.
    pub schedule: Option<Schedule>,
    /// The merchant's keys and values.
    pub metadata: Metadata,
    /// What is subscribed to; never empty.
    pub items: Vec<Item>,
}

impl Subscription {
    /// The latest end of its items' periods.
    #[must_use]
    pub fn period_end(&self) -> Timestamp {
        let ends = self.items.iter().map(|item| item.current_period_end);
        ends.max().unwrap_or(self.created)
    }

    /// The earliest beginning of its items' periods.
    #[must_use]
    pub fn period_start(&self) -> Timestamp {
        let starts = self.items.iter().map(|item| item.current_period_start);
        starts.min().unwrap_or(self.created)
    }

    /// When it is set to end, if it is.
    #[must_use]
    pub fn set_to_end_at(&self) -> Option<Timestamp> {
        let with_period = self.cancel_at_period_end.then(|| self.period_end());
        self.cancel_at.or(with_period)
    }

    /// It will be charged again by itself.
    #[must_use]
    pub fn renews(&self) -> bool {
        let runs = matches!(
            self.status,
            Status::Trialing | Status::Active | Status::PastDue
        );
        let later = |at| at > self.period_end();
        runs && self.set_to_end_at().is_none_or(later)
    }

    /// Seconds of the running period; never zero.
    pub(super) fn period_seconds(&self) -> u64 {
        let length = self.period_start().duration_until(self.period_end());
        u64::try_from(length.as_secs()).unwrap_or_default().max(1)
    }
}
