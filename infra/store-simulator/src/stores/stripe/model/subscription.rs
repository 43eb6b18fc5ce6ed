//! The store's record of a subscription.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    CancelReason, Metadata, MissingPaymentMethod, PauseBehavior, PauseType, Price, Private, Status,
};

/// Item of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Item id, `si_…`.
    pub item_id: String,
    /// Price, as it was when the item was added.
    pub price: Price,
    /// Quantity.
    pub quantity: i64,
    /// Beginning of its period.
    pub current_period_start: Timestamp,
    /// End of its period.
    pub current_period_end: Timestamp,
}

impl Item {
    /// Returns the price of a period.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.price.unit_amount.saturating_mul(self.quantity)
    }
}

/// Reason for the end, and the customer's feedback.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancellationDetails {
    /// Reason.
    pub reason: Option<CancelReason>,
    /// Customer's choice, such as `too_expensive`.
    pub feedback: Option<String>,
    /// Customer's comment.
    pub comment: Option<Private>,
}

/// Pause of the collection; the subscription continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PauseCollection {
    /// Treatment of invoices.
    pub behavior: PauseBehavior,
    /// End of the pause.
    pub resumes_at: Option<Timestamp>,
}

/// Pause of the subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Paused {
    /// Reason.
    pub pause_type: PauseType,
    /// Beginning.
    pub transitioned_at: Timestamp,
}

/// Change at the next renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Schedule id, `sub_sched_…`.
    pub schedule_id: String,
    /// Price from then on.
    pub price: Price,
}

/// Subscription in the store's records. Times are UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Subscription id, `sub_…`, the same through renewals, pauses and plan changes.
    pub subscription_id: String,
    /// Whether it was made in live mode.
    pub livemode: bool,
    /// Customer, `cus_…`.
    pub customer_id: String,
    /// Status after the last action.
    pub status: Status,
    /// Status that look-ups show instead, known to the API or not.
    pub shown_status: Option<String>,
    /// Whether billing is flexible rather than classic.
    pub flexible: bool,
    /// Time of creation.
    pub created: Timestamp,
    /// Time from which its periods are counted.
    pub billing_cycle_anchor: Timestamp,
    /// Time at which it is set to end.
    pub cancel_at: Option<Timestamp>,
    /// Whether it is set to end with its period.
    pub cancel_at_period_end: bool,
    /// Time at which the end was requested.
    pub canceled_at: Option<Timestamp>,
    /// Time at which it ended.
    pub ended_at: Option<Timestamp>,
    /// Reason for the end.
    pub cancellation: CancellationDetails,
    /// Pause of the collection, if any.
    pub pause_collection: Option<PauseCollection>,
    /// Pause of the subscription, if any.
    pub paused: Option<Paused>,
    /// Beginning of the trial, if it had one.
    pub trial_start: Option<Timestamp>,
    /// End of the trial.
    pub trial_end: Option<Timestamp>,
    /// Treatment of a trial that ends without a payment method.
    pub missing_payment_method: MissingPaymentMethod,
    /// Default payment method, `pm_…`.
    pub default_payment_method: Option<String>,
    /// Latest invoice, `in_…`.
    pub latest_invoice: String,
    /// Change at the next renewal, if any.
    pub schedule: Option<Schedule>,
    /// Metadata.
    pub metadata: Metadata,
    /// Items; never empty.
    pub items: Vec<Item>,
}

impl Subscription {
    /// Returns the latest end of its items' periods.
    #[must_use]
    pub fn period_end(&self) -> Timestamp {
        let ends = self.items.iter().map(|item| item.current_period_end);
        ends.max().unwrap_or(self.created)
    }

    /// Returns the earliest beginning of its items' periods.
    #[must_use]
    pub fn period_start(&self) -> Timestamp {
        let starts = self.items.iter().map(|item| item.current_period_start);
        starts.min().unwrap_or(self.created)
    }

    /// Returns the time at which it is set to end, if it is.
    #[must_use]
    pub fn set_to_end_at(&self) -> Option<Timestamp> {
        let with_period = self.cancel_at_period_end.then(|| self.period_end());
        self.cancel_at.or(with_period)
    }

    /// Returns whether it will be charged again by itself.
    #[must_use]
    pub fn renews(&self) -> bool {
        let runs = matches!(
            self.status,
            Status::Trialing | Status::Active | Status::PastDue
        );
        let later = |at| at > self.period_end();
        runs && self.set_to_end_at().is_none_or(later)
    }

    /// Returns the length of the current period in seconds; never zero.
    pub(super) fn period_seconds(&self) -> u64 {
        let length = self.period_start().duration_until(self.period_end());
        u64::try_from(length.as_secs()).unwrap_or_default().max(1)
    }
}
