//! What can be chosen for an action, or is set for a whole account.

use serde::{Deserialize, Serialize};

/// Which fields a cancellation at the end sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelForm {
    /// `cancel_at_period_end` is true and `cancel_at` the end: classic billing.
    PeriodEnd,
    /// `cancel_at_period_end` is false and `cancel_at` the end: the customer portal, flexible
    /// billing.
    CancelAt,
    /// `cancel_at_period_end` is true and `cancel_at` null: as some other paths do.
    FlagOnly,
    /// `cancel_at_period_end` is false and `cancel_at` a chosen date.
    AtDate,
}

/// What becomes of a subscription whose last attempt at payment failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AfterRetries {
    /// It is cancelled.
    #[default]
    Cancel,
    /// It is marked unpaid.
    MarkUnpaid,
    /// It stays past due.
    StayPastDue,
    /// It is paused.
    Pause,
}

/// What becomes of a trial that ends without a payment method.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingPaymentMethod {
    /// The subscription is cancelled.
    Cancel,
    /// An invoice is made that nobody pays.
    #[default]
    CreateInvoice,
    /// The subscription is paused.
    Pause,
}

/// What becomes of invoices while collection is paused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseBehavior {
    /// They stay drafts.
    KeepAsDraft,
    /// They are written off.
    MarkUncollectible,
    /// They are taken back.
    #[default]
    Void,
}

/// Why a subscription is paused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseType {
    /// Somebody asked for it.
    #[default]
    PauseRequested,
    /// The trial ended and there is nothing to charge.
    TrialEndWithoutPaymentMethod,
    /// The first payment failed.
    FirstPaymentFailure,
    /// The last attempt at a payment failed.
    FinalPaymentFailure,
    /// The store did it.
    System,
}

/// What a change of plan costs now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proration {
    /// The difference is charged at once.
    #[default]
    AlwaysInvoice,
    /// The difference is charged with the next invoice.
    CreateProrations,
    /// Nothing.
    None,
}

/// The unit of a price's period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Calendar months.
    Month,
    /// Calendar years.
    Year,
}
