//! Reasons to refuse an action.

use super::{MoneyError, State};

/// Reason why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No purchase has this transaction.
    #[error("there is no such transaction")]
    UnknownPurchase,
    /// Another transaction has this id.
    #[error("there is already a transaction with this id")]
    Exists,
    /// The account has no channel.
    #[error("the account has no channel")]
    NoChannel,
    /// The account does not have the channel.
    #[error("there is no channel {0}")]
    UnknownChannel(String),
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue has no such plan.
    #[error("there is no plan {0}")]
    UnknownPlan(String),
    /// The amount is not decimal text.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The length of a plan's period is invalid.
    #[error("{0}")]
    Period(String),
    /// The amount is zero, or more than what was paid.
    #[error("there is nothing, or not as much, to pay back")]
    NothingToRefund,
    /// A trial has no grace period.
    #[error("a free trial has no grace period")]
    InTrial,
    /// No offer is in effect.
    #[error("no retention offer is running")]
    NoOffer,
    /// The disputes are out of order.
    #[error("a chargeback, its reversal and the second chargeback come in this order")]
    DisputeOrder,
    /// The action is not possible in this state.
    #[error("not possible while the purchase is {0:?}")]
    WrongState(State),
}
