//! What can happen to a purchase, and why it is refused.

use serde::{Deserialize, Serialize};

use super::Status;

/// Something that happens to a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The first payment of an incomplete subscription, or of what is bought once, succeeds.
    CompletePayment,
    /// The first payment did not come in 23 hours.
    ExpireIncomplete,
    /// The delayed payment of a checkout arrives.
    AsyncPaymentSucceeds,
    /// The next period begins at the end of the old one, and is paid an hour later. If it has
    /// begun already, it is paid.
    Renew,
    /// The next period begins; its invoice is a draft.
    BeginPeriod,
    /// The draft invoice is finalised and paid.
    Collect,
    /// The payment of the next period is declined, or another attempt at it.
    Fail,
    /// What is owed is paid.
    Recover,
    /// The last attempt is declined; then what the account does after retries.
    Exhaust,
    /// It is set to end: with its period, or at a date.
    Cancel,
    /// It is not set to end any more.
    Reactivate,
    /// It ends now.
    CancelNow,
    /// The end that it was set to has come.
    Expire,
    /// The trial ends later by `seconds`.
    ExtendTrial,
    /// Another price now, with the difference paid by `proration`.
    ChangePlan,
    /// Another price from the next renewal on.
    ScheduleChange,
    /// One thing more.
    AddItem,
    /// Something beside the subscription is billed and paid.
    BillExtra,
    /// Invoices are not collected for a while; the subscription goes on.
    PauseCollection,
    /// Invoices are collected again.
    ResumeCollection,
    /// The subscription stops.
    Pause,
    /// A stopped subscription goes on, with a new period that is paid now.
    Resume,
    /// A charge is paid back.
    Refund,
    /// The refund came back.
    FailRefund,
    /// A charge is disputed.
    Dispute,
    /// The dispute is won.
    WinDispute,
    /// The dispute is lost.
    LoseDispute,
    /// A lost dispute may be appealed; again: the merchant has appealed.
    AppealDispute,
    /// The merchant's keys and values change.
    UpdateMetadata,
    /// Look-ups show `status` from now on, or the truth if it is not given.
    SetStatus,
    /// The same customer subscribes again after the end: a new subscription.
    Resubscribe,
}

impl Action {
    /// The store does it by itself; nobody called its API or clicked.
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

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// Nothing has this id.
    #[error("there is no purchase with this id")]
    UnknownPurchase,
    /// Another purchase has this id.
    #[error("there is already a purchase with this id")]
    Exists,
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue does not have it.
    #[error("there is no price {0}")]
    UnknownPrice(String),
    /// A price's period cannot be used.
    #[error("price {0}: its period is not one")]
    Period(String),
    /// Only subscriptions have that.
    #[error("the price does not renew")]
    NotRecurring,
    /// Only subscriptions have that.
    #[error("it was bought once, it is no subscription")]
    BoughtOnce,
    /// There is no checkout session of the kind.
    #[error("there is no checkout that waits for a payment")]
    NoCheckout,
    /// The subscription does not have it.
    #[error("there is no such item")]
    NoItem,
    /// Nothing is owed.
    #[error("no invoice waits for that")]
    NoInvoice,
    /// No charge can be paid back or disputed.
    #[error("there is no such charge, or not so much is left of it")]
    NoCharge,
    /// No refund can go on.
    #[error("there is no refund that can go on")]
    NoRefund,
    /// No dispute can go on.
    #[error("there is no dispute in a state for that")]
    NoDispute,
    /// It is set to end, so it does not renew.
    #[error("the subscription is set to end")]
    SetToEnd,
    /// It is not set to end, so it does not end.
    #[error("the subscription is not set to end")]
    NotSetToEnd,
    /// A pause needs flexible billing and no schedule.
    #[error("a subscription with classic billing or a schedule cannot be paused")]
    CannotPause,
    /// There is nothing to take back or to apply.
    #[error("nothing of the kind is pending")]
    NothingPending,
    /// Not from here.
    #[error("not possible while the status is {0:?}")]
    WrongStatus(Status),
}
