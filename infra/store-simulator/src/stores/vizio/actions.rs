//! What can happen to a subscription, and what an action can be told.

use serde::{Deserialize, Serialize};

use super::Status;
use crate::plan::PlanError;

/// Something that happens to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, with the pending plan if there is one. The
    /// clock moves to the old end if it is before it.
    Renew,
    /// The recurring charge fails; with `grace_seconds` access goes on that long after
    /// the end of the period.
    Fail,
    /// A charge that had failed succeeds; the next period follows the old one.
    Recover,
    /// An invoice is paid back: the last one, or `invoice_number`. Only the last one
    /// ends the subscription.
    Refund,
    /// The customer opts out.
    Cancel,
    /// The customer opts in again before the end.
    Reactivate,
    /// Takes `plan_code` now; the dates stay.
    Upgrade,
    /// Takes `plan_code` at the next renewal.
    Downgrade,
    /// The end is reached. The clock moves there if it is before it.
    Expire,
}

/// What an action can be told. Fields that it has no use for are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ActionOptions {
    /// Upgrade, downgrade, update: the other plan.
    pub plan_code: Option<String>,
    /// Fail: length of the grace period.
    pub grace_seconds: Option<u64>,
    /// Refund: which invoice; the last one that was paid, if not given.
    pub invoice_number: Option<String>,
    /// Renew: the partner's account that pays from now on, if another one.
    pub partner_account_id: Option<String>,
    /// Renew, expire: move the clock to the old end if it is before it.
    pub move_clock: bool,
    /// Send the notifications. Without it the change happens silently.
    pub notify: bool,
}

impl Default for ActionOptions {
    fn default() -> Self {
        Self {
            plan_code: None,
            grace_seconds: None,
            invoice_number: None,
            partner_account_id: None,
            move_clock: true,
            notify: true,
        }
    }
}

impl ActionOptions {
    /// Options that name a plan.
    #[must_use]
    pub fn to_plan(plan_code: impl Into<String>) -> Self {
        Self {
            plan_code: Some(plan_code.into()),
            ..Self::default()
        }
    }

    /// The same options, but nothing is sent.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ActionError {
    #[error("there is no subscription with this id")]
    UnknownSubscription,
    #[error("there is already a subscription with this id")]
    Exists,
    #[error("this action needs a planCode")]
    PlanCodeMissing,
    #[error("there is no plan {0}")]
    UnknownPlan(String),
    #[error("there is no paid invoice to refund")]
    NothingToRefund,
    #[error("not possible while the subscription is {0:?}")]
    WrongStatus(Status),
    #[error(transparent)]
    Plan(#[from] PlanError),
}
