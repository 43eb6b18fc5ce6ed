//! Why an action is refused.

use super::State;

/// Why an action is not possible.
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
    /// The catalogue does not have it.
    #[error("there is no product {0}")]
    UnknownProduct(String),
    /// A period cannot be used.
    #[error("product {0}: a subscription needs termSku, and either periodSeconds or period")]
    Period(String),
    /// One-time purchases have nothing of the kind.
    #[error("only possible with a subscription")]
    NotSubscription,
    /// Not from here.
    #[error("not possible while the receipt is {0:?}")]
    WrongState(State),
}
