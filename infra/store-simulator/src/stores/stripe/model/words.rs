//! Names in the API of states and choices. In JSON they are written as the API does.

use serde::{Deserialize, Serialize};

/// Status of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The first payment is outstanding, for at most 23 hours.
    Incomplete,
    /// The first payment was not made in time. Final.
    IncompleteExpired,
    /// In the free trial.
    Trialing,
    /// In good standing, even if it is set to end.
    Active,
    /// The latest invoice could not be charged; payment is retried.
    PastDue,
    /// Payment is not retried any more; further invoices stay drafts.
    Unpaid,
    /// Paused: by request, or because a payment method is missing.
    Paused,
    /// Ended. Final.
    Canceled,
}

impl Status {
    /// Returns whether it has begun and not ended.
    #[must_use]
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Canceled | Self::IncompleteExpired)
    }
}

/// Status of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// Can still change; not charged yet.
    Draft,
    /// Finalised, not paid.
    Open,
    /// Paid, or nothing was due.
    Paid,
    /// Written off.
    Uncollectible,
    /// Voided.
    Void,
}

/// Reason for an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingReason {
    /// The subscription was created.
    SubscriptionCreate,
    /// A period began.
    SubscriptionCycle,
    /// The subscription changed.
    SubscriptionUpdate,
    /// An extra beside the subscription was billed.
    AutomaticPendingInvoiceItemInvoice,
}

/// Status of a payment intent, or of one payment of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// Declined, or not tried yet.
    RequiresPaymentMethod,
    /// The customer must authenticate.
    RequiresAction,
    /// A delayed payment method is in progress.
    Processing,
    /// Paid.
    Succeeded,
    /// Cancelled.
    Canceled,
}

/// Payment status of a checkout session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Paid.
    Paid,
    /// Not yet, or not at all.
    Unpaid,
    /// A trial, or nothing to pay.
    NoPaymentRequired,
}

/// Status of a refund.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// In progress.
    Pending,
    /// The customer must do something.
    RequiresAction,
    /// Refunded.
    #[default]
    Succeeded,
    /// The refund failed.
    Failed,
    /// Cancelled.
    Canceled,
}

impl RefundStatus {
    /// Returns whether it counts as refunded on the charge.
    #[must_use]
    pub fn counts(self) -> bool {
        !matches!(self, Self::Failed | Self::Canceled)
    }
}

/// Status of a dispute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// An inquiry; no money was taken.
    WarningNeedsResponse,
    /// An inquiry that was answered.
    WarningUnderReview,
    /// An inquiry that ended.
    WarningClosed,
    /// The money is withdrawn; evidence is requested.
    #[default]
    NeedsResponse,
    /// The money is withdrawn; evidence was submitted.
    UnderReview,
    /// The merchant has the money again.
    Won,
    /// The customer keeps the money.
    Lost,
    /// Lost; the merchant may appeal, the customer keeps the money.
    AppealNeedsResponse,
    /// The merchant has appealed, the customer keeps the money.
    AppealUnderReview,
    /// Prevented; no money was withdrawn.
    Prevented,
}

impl DisputeStatus {
    /// Returns whether the money is with the customer.
    #[must_use]
    pub fn takes_money(self) -> bool {
        matches!(
            self,
            Self::NeedsResponse
                | Self::UnderReview
                | Self::Lost
                | Self::AppealNeedsResponse
                | Self::AppealUnderReview
        )
    }

    /// Returns whether it is only an inquiry.
    #[must_use]
    pub fn is_warning(self) -> bool {
        matches!(
            self,
            Self::WarningNeedsResponse | Self::WarningUnderReview | Self::WarningClosed
        )
    }
}

/// Reason for the end of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// A request.
    CancellationRequested,
    /// Failed payment.
    PaymentFailed,
    /// Disputed payment.
    PaymentDisputed,
    /// The account's retention policy.
    CanceledByRetentionPolicy,
}
