//! Reasons to refuse an action.

use super::{OneTimeState, State};

/// Reason why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No purchase has this token.
    #[error("there is no purchase with this token")]
    UnknownPurchase,
    /// Another purchase has this token.
    #[error("there is already a purchase with this token")]
    Exists,
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue has no such plan.
    #[error("there is no base plan {1} of the product {0}")]
    UnknownPlan(String, String),
    /// The base plan has no such offer.
    #[error("there is no offer {0}")]
    UnknownOffer(String),
    /// The purchase has no such item.
    #[error("the purchase has no such item")]
    NoItem,
    /// The amount is not a number.
    #[error("{0:?} is not a decimal amount")]
    Amount(String),
    /// The length of a plan's period is invalid.
    #[error("{0}")]
    Period(String),
    /// No order can be refunded.
    #[error("there is no such order to pay back")]
    NothingToRefund,
    /// The store does not let an unacknowledged purchase be replaced.
    #[error("the purchase is not acknowledged")]
    NotAcknowledged,
    /// The action does not apply to prepaid plans.
    #[error("not possible with a prepaid plan")]
    Prepaid,
    /// The action applies only to prepaid plans.
    #[error("only possible with a prepaid plan")]
    NotPrepaid,
    /// The action is not possible in this state.
    #[error("not possible while the state is {0:?}")]
    WrongState(State),
    /// The action is not possible in this state of a one-time purchase.
    #[error("not possible while the state is {0:?}")]
    WrongOneTimeState(OneTimeState),
}
