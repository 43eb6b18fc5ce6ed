//! Why an action is refused.

use super::State;

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No purchase has a transaction with this id.
    #[error("there is no purchase with this transaction id")]
    UnknownPurchase,
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue does not have it.
    #[error("there is no product {0}")]
    UnknownProduct(String),
    /// The product does not have it.
    #[error("the product has no offer {0}")]
    UnknownOffer(String),
    /// Not an amount.
    #[error("{0:?} is not a decimal amount")]
    Amount(String),
    /// A period cannot be used.
    #[error("{0}")]
    Period(String),
    /// The customer has a subscription of the group already.
    #[error("the customer has a subscription of this group already")]
    Subscribed,
    /// One-time purchases have nothing of the kind.
    #[error("only possible with an auto-renewable subscription")]
    NotRenewable,
    /// Another group.
    #[error("the product is not one of this subscription's group")]
    OtherGroup,
    /// The family does not get it, or has enough members.
    #[error("the product is not shared with the family, or with five members already")]
    NotSharable,
    /// Only members of a family have that.
    #[error("only possible with what a family member got")]
    NotShared,
    /// There is no change of plan to take back.
    #[error("nothing of the kind is pending")]
    NothingPending,
    /// No transaction can be paid back, or has been.
    #[error("there is no such transaction")]
    NoTransaction,
    /// Not from here.
    #[error("not possible while the state is {0:?}")]
    WrongState(State),
    /// Not with this setting of the renewals.
    #[error("not possible with renewals as they are set")]
    Renewals,
}
