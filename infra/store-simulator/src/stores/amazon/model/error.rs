//! Reasons to refuse an action.

use super::State;

/// Reason why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No receipt has this id.
    #[error("there is no receipt with this id")]
    UnknownReceipt,
    /// Another receipt has this id.
    #[error("there is already a receipt with this id")]
    Exists,
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue has no such product.
    #[error("there is no product {0}")]
    UnknownProduct(String),
    /// The length of a period is invalid.
    #[error("product {0}: a subscription needs termSku, and either periodSeconds or period")]
    Period(String),
    /// The action does not apply to one-time purchases.
    #[error("only possible with a subscription")]
    NotSubscription,
    /// The action is not possible in this state.
    #[error("not possible while the receipt is {0:?}")]
    WrongState(State),
}
