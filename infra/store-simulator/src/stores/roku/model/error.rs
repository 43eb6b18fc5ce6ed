//! Why an action is refused.

use super::{MoneyError, State};

/// Why an action is not possible.
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
    /// The catalogue does not have it.
    #[error("there is no plan {0}")]
    UnknownPlan(String),
    /// Not an amount.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// A plan's period cannot be used.
    #[error("{0}")]
    Period(String),
    /// More than what was paid, or nothing.
    #[error("there is nothing, or not as much, to pay back")]
    NothingToRefund,
    /// A trial has no grace period.
    #[error("a free trial has no grace period")]
    InTrial,
    /// No offer runs.
    #[error("no retention offer is running")]
    NoOffer,
    /// Disputes go in their order.
    #[error("a chargeback, its reversal and the second chargeback come in this order")]
    DisputeOrder,
    /// Not from here.
    #[error("not possible while the purchase is {0:?}")]
    WrongState(State),
}
