//! Reasons to refuse an action.

use super::State;

/// Reason why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No purchase has a transaction with this id.
    #[error("there is no purchase with this transaction id")]
    UnknownPurchase,
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue has no such product.
    #[error("there is no product {0}")]
    UnknownProduct(String),
    /// The product has no such offer.
    #[error("the product has no offer {0}")]
    UnknownOffer(String),
    /// The amount is not a number.
    #[error("{0:?} is not a decimal amount")]
    Amount(String),
    /// The length of a period is invalid.
    #[error("{0}")]
    Period(String),
    /// The customer already has a subscription of the group.
    #[error("the customer has a subscription of this group already")]
    Subscribed,
    /// The action does not apply to one-time purchases.
    #[error("only possible with an auto-renewable subscription")]
    NotRenewable,
    /// The product belongs to another group.
    #[error("the product is not one of this subscription's group")]
    OtherGroup,
    /// The product is not sharable, or the family has enough members.
    #[error("the product is not shared with the family, or with five members already")]
    NotSharable,
    /// The action applies only to family members' shares.
    #[error("only possible with what a family member got")]
    NotShared,
    /// There is no pending change of plan.
    #[error("nothing of the kind is pending")]
    NothingPending,
    /// No transaction can be refunded, or has been.
    #[error("there is no such transaction")]
    NoTransaction,
    /// The action is not possible in this state.
    #[error("not possible while the state is {0:?}")]
    WrongState(State),
    /// The action is not possible with the current renewal setting.
    #[error("not possible with renewals as they are set")]
    Renewals,
}
