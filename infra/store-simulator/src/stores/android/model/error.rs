//! Why an action is refused.

use super::{OneTimeState, State};

/// Why an action is not possible.
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
    /// The catalogue does not have it.
    #[error("there is no base plan {1} of the product {0}")]
    UnknownPlan(String, String),
    /// The base plan does not have it.
    #[error("there is no offer {0}")]
    UnknownOffer(String),
    /// The purchase does not have it.
    #[error("the purchase has no such item")]
    NoItem,
    /// Not an amount.
    #[error("{0:?} is not a decimal amount")]
    Amount(String),
    /// A plan's period cannot be used.
    #[error("{0}")]
    Period(String),
    /// No order can be paid back.
    #[error("there is no such order to pay back")]
    NothingToRefund,
    /// The store does not let an unacknowledged purchase be replaced.
    #[error("the purchase is not acknowledged")]
    NotAcknowledged,
    /// Prepaid plans have nothing of the kind.
    #[error("not possible with a prepaid plan")]
    Prepaid,
    /// Only prepaid plans have that.
    #[error("only possible with a prepaid plan")]
    NotPrepaid,
    /// Not from here.
    #[error("not possible while the state is {0:?}")]
    WrongState(State),
    /// Not from here, of what was bought once.
    #[error("not possible while the state is {0:?}")]
    WrongOneTimeState(OneTimeState),
}
