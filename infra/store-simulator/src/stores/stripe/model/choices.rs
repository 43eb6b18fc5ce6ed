//! Choices for an action, and settings of an account.

use serde::{Deserialize, Serialize};

/// Fields that a cancellation at the end sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelForm {
    /// `cancel_at_period_end` is true and `cancel_at` the end: classic billing.
    PeriodEnd,
    /// `cancel_at_period_end` is false and `cancel_at` the end: the customer portal, flexible
    /// billing.
    CancelAt,
    /// `cancel_at_period_end` is true and `cancel_at` null: some other paths.
    FlagOnly,
    /// `cancel_at_period_end` is false and `cancel_at` a chosen date.
    AtDate,
}

/// Treatment of a subscription after the last failed attempt at payment.
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

/// Treatment of a trial that ends without a payment method.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingPaymentMethod {
    /// The subscription is cancelled.
    Cancel,
    /// An unpaid invoice is created.
    #[default]
    CreateInvoice,
    /// The subscription is paused.
    Pause,
}

/// Treatment of invoices while collection is paused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseBehavior {
    /// They remain drafts.
    KeepAsDraft,
    /// They are written off.
    MarkUncollectible,
    /// They are voided.
    #[default]
    Void,
}

/// Reason for a pause of a subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseType {
    /// A request.
    #[default]
    PauseRequested,
    /// The trial ended without a payment method.
    TrialEndWithoutPaymentMethod,
    /// The first payment failed.
    FirstPaymentFailure,
    /// The last attempt at a payment failed.
    FinalPaymentFailure,
    /// The store paused it.
    System,
}

/// Cost of a change of plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proration {
    /// The difference is charged at once.
    #[default]
    AlwaysInvoice,
    /// The difference is charged with the next invoice.
    CreateProrations,
    /// No difference is charged.
    None,
}

/// Unit of a price's period.
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
