//! Actions on a purchase, and the reasons to refuse them.

use serde::{Deserialize, Serialize};

use crate::plan::PlanError;

/// Action on a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, with the reserved product if there is one; after a
    /// failed charge the payment is made up for. The clock moves to the old end if it is before it.
    Renew,
    /// The charge at the period's end fails; the clock moves there.
    Fail,
    /// The buyer opts out.
    Cancel,
    /// The buyer opts in again.
    Reactivate,
    /// The end is reached. The clock moves there if it is before it.
    Expire,
    /// An invoice is cancelled: the last one, or `invoice_id`.
    Refund,
    /// Changes to the product `item_id` now, on another invoice; the dates stay.
    Switch,
    /// Changes to the product `item_id` at the next renewal. It does not show before.
    Reserve,
    /// Shows these two characters as the status from now on.
    SetStatus,
}

/// Options of an action. Fields that the action does not use are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Product to change to, for `switch` and `reserve`.
    pub item_id: Option<String>,
    /// Invoice to refund. Defaults to the last one.
    pub invoice_id: Option<String>,
    /// Two characters to show as the status, known or not, for `setStatus`.
    pub status: Option<String>,
}

/// Reason why an action is refused.
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
