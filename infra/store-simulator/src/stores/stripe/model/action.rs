//! Actions on a purchase, and the reasons to refuse them.

use serde::{Deserialize, Serialize};

use super::Status;

/// Action on a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The first payment of an incomplete subscription, or of a one-time purchase, succeeds.
    CompletePayment,
    /// The first payment was not made within 23 hours.
    ExpireIncomplete,
    /// The delayed payment of a checkout succeeds.
    AsyncPaymentSucceeds,
    /// The next period begins at the end of the old one, and is paid an hour later. If it has begun
    /// already, it is only paid.
    Renew,
    /// The next period begins; its invoice is a draft.
    BeginPeriod,
    /// The draft invoice is finalised and paid.
    Collect,
    /// The payment of the next period is declined, or another attempt at it.
    Fail,
    /// The outstanding invoices are paid.
    Recover,
    /// The last attempt is declined; then the account's `after_retries` applies.
    Exhaust,
    /// A cancellation is scheduled: with the period, or at a date.
    Cancel,
    /// A scheduled cancellation is revoked.
    Reactivate,
    /// The subscription is cancelled now.
    CancelNow,
    /// The scheduled end is reached.
    Expire,
    /// The trial is extended by `seconds`.
    ExtendTrial,
    /// Changes to another price now; `proration` determines the payment of the difference.
    ChangePlan,
    /// Changes to another price at the next renewal.
    ScheduleChange,
    /// Another item is added.
    AddItem,
    /// An extra beside the subscription is billed and paid.
    BillExtra,
    /// Invoices are not collected for a while; the subscription continues.
    PauseCollection,
    /// Invoices are collected again.
    ResumeCollection,
    /// The subscription is paused.
    Pause,
    /// A paused subscription resumes, with a new period that is paid now.
    Resume,
    /// A charge is refunded.
    Refund,
    /// A refund fails.
    FailRefund,
    /// A charge is disputed.
    Dispute,
    /// The dispute is won.
    WinDispute,
    /// The dispute is lost.
    LoseDispute,
    /// A lost dispute may be appealed; the second time: the merchant has appealed.
    AppealDispute,
    /// The merchant's metadata changes.
    UpdateMetadata,
    /// Look-ups show `status` from now on, or the real one if it is not given.
    SetStatus,
    /// The same customer subscribes again after the end: a new subscription.
    Resubscribe,
}

impl Action {
    /// Returns whether the store does it by itself, without a call of its API or a click.
    #[must_use]
    pub fn is_automatic(self) -> bool {
        matches!(
            self,
            Self::ExpireIncomplete
                | Self::AsyncPaymentSucceeds
                | Self::Renew
                | Self::BeginPeriod
                | Self::Collect
                | Self::Fail
                | Self::Recover
                | Self::Exhaust
                | Self::Expire
        )
    }
}

/// Reason why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No object has this id.
    #[error("there is no purchase with this id")]
    UnknownPurchase,
    /// Another purchase has this id.
    #[error("there is already a purchase with this id")]
    Exists,
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue has no such price.
    #[error("there is no price {0}")]
    UnknownPrice(String),
    /// The length of a price's period is invalid.
    #[error("price {0}: its period is not one")]
    Period(String),
    /// The price is not recurring.
    #[error("the price does not renew")]
    NotRecurring,
    /// The purchase is a one-time purchase, not a subscription.
    #[error("it was bought once, it is no subscription")]
    BoughtOnce,
    /// There is no suitable checkout session.
    #[error("there is no checkout that waits for a payment")]
    NoCheckout,
    /// The subscription has no such item.
    #[error("there is no such item")]
    NoItem,
    /// No invoice is outstanding.
    #[error("no invoice waits for that")]
    NoInvoice,
    /// No charge can be refunded or disputed.
    #[error("there is no such charge, or not so much is left of it")]
    NoCharge,
    /// No refund can change its status.
    #[error("there is no refund that can go on")]
    NoRefund,
    /// No dispute can change its status.
    #[error("there is no dispute in a state for that")]
    NoDispute,
    /// The subscription is set to end, so it does not renew.
    #[error("the subscription is set to end")]
    SetToEnd,
    /// The subscription is not set to end.
    #[error("the subscription is not set to end")]
    NotSetToEnd,
    /// A pause needs flexible billing and no schedule.
    #[error("a subscription with classic billing or a schedule cannot be paused")]
    CannotPause,
    /// Nothing is pending that could be revoked or applied.
    #[error("nothing of the kind is pending")]
    NothingPending,
    /// The action is not possible in this status.
    #[error("not possible while the status is {0:?}")]
    WrongStatus(Status),
}
