//! The words that the API has for states and choices. In JSON they are written as the API does.

use serde::{Deserialize, Serialize};

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The first payment is not done; 23 hours are left for it.
    Incomplete,
    /// It was not done in time. Final.
    IncompleteExpired,
    /// In the free trial.
    Trialing,
    /// In good standing, also when it is set to end.
    Active,
    /// The latest invoice could not be charged; it is tried again.
    PastDue,
    /// It is not tried any more; invoices go on as drafts.
    Unpaid,
    /// Stopped: by request, or because a payment method is missing.
    Paused,
    /// Ended. Final.
    Canceled,
}

impl Status {
    /// Neither ended nor never begun.
    #[must_use]
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Canceled | Self::IncompleteExpired)
    }
}

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// Can still change; not charged yet.
    Draft,
    /// Finalised, not paid.
    Open,
    /// Paid, also when nothing was due.
    Paid,
    /// Written off.
    Uncollectible,
    /// Taken back.
    Void,
}

/// Why an invoice was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingReason {
    /// The subscription's first one.
    SubscriptionCreate,
    /// A period begins.
    SubscriptionCycle,
    /// The subscription changed.
    SubscriptionUpdate,
    /// Something beside the subscription is billed.
    AutomaticPendingInvoiceItemInvoice,
}

/// Where a payment intent, or one payment of an invoice, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// Declined, or not tried yet.
    RequiresPaymentMethod,
    /// The customer must authenticate.
    RequiresAction,
    /// A delayed payment method is under way.
    Processing,
    /// Paid.
    Succeeded,
    /// Given up.
    Canceled,
}

/// Whether a checkout session is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// It is.
    Paid,
    /// Not yet, or not at all.
    Unpaid,
    /// A trial, or nothing to pay.
    NoPaymentRequired,
}

/// Where a refund stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// The customer must do something.
    RequiresAction,
    /// Paid back.
    #[default]
    Succeeded,
    /// It came back.
    Failed,
    /// Called off.
    Canceled,
}

impl RefundStatus {
    /// Counts as paid back on the charge.
    #[must_use]
    pub fn counts(self) -> bool {
        !matches!(self, Self::Failed | Self::Canceled)
    }
}

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// An inquiry; no money was taken.
    WarningNeedsResponse,
    /// An inquiry that was answered.
    WarningUnderReview,
    /// An inquiry that ended.
    WarningClosed,
    /// The money is taken; evidence is asked for.
    #[default]
    NeedsResponse,
    /// The money is taken; evidence was given.
    UnderReview,
    /// The merchant has the money again.
    Won,
    /// The customer keeps the money.
    Lost,
    /// It was lost; the merchant may appeal, the customer keeps the money.
    AppealNeedsResponse,
    /// The merchant has appealed, the customer keeps the money.
    AppealUnderReview,
    /// It was kept from being raised; no money was taken.
    Prevented,
}

impl DisputeStatus {
    /// The money is with the customer.
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

    /// Only an inquiry.
    #[must_use]
    pub fn is_warning(self) -> bool {
        matches!(
            self,
            Self::WarningNeedsResponse | Self::WarningUnderReview | Self::WarningClosed
        )
    }
}

/// Why a subscription ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// Somebody asked for it.
    CancellationRequested,
    /// It was not paid.
    PaymentFailed,
    /// A payment was disputed.
    PaymentDisputed,
    /// The account keeps data for so long only.
    CanceledByRetentionPolicy,
}
