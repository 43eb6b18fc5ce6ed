//! What can happen to a purchase, and why it is refused.

use serde::{Deserialize, Serialize};

use crate::plan::PlanError;

/// Something that happens to a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, with the reserved product if there is one; a charge that
    /// had failed is made up for. The clock moves to the old end if it is before it.
    Renew,
    /// The charge at the period's end fails; the clock moves there.
    Fail,
    /// The buyer opts out.
    Cancel,
    /// The buyer opts in again.
    Reactivate,
    /// The end is reached. The clock moves there if it is before it.
    Expire,
    /// An invoice is taken back: the last one, or `invoice_id`.
    Refund,
    /// Takes the product `item_id` now, on another invoice; the dates stay.
    Switch,
    /// Takes the product `item_id` at the next renewal. It does not show before.
    Reserve,
    /// Shows these two characters as status from now on.
    SetStatus,
}

/// What an action can be told. Fields that it has no use for are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Switch, reserve: the other product.
    pub item_id: Option<String>,
    /// Refund: which invoice; the last one, if not given.
    pub invoice_id: Option<String>,
    /// Set status: the two characters, known or not.
    pub status: Option<String>,
}

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ActionError {
    #[error("there is no purchase with this invoice")]
    UnknownPurchase,
    #[error("there is already a purchase with this invoice")]
    Exists,
    #[error("this action needs {0}")]
    Missing(&'static str),
    #[error("there is no product {0}")]
    UnknownProduct(String),
    #[error("not possible while the status is {0}")]
    WrongStatus(String),
    #[error(transparent)]
    Plan(#[from] PlanError),
}
