//! Actions on a subscription, and their options.

use serde::{Deserialize, Serialize};

use super::Status;
use crate::plan::PlanError;

/// Action on a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, with the pending plan if there is one. The clock moves
    /// to the old end if it is before it.
    Renew,
    /// The recurring charge fails; with `grace_seconds` access continues that long after the end of
    /// the period.
    Fail,
    /// A charge that had failed succeeds; the next period follows the old one.
    Recover,
    /// An invoice is refunded: the last one, or `invoice_number`. Only the last one ends the
    /// subscription.
    Refund,
    /// The customer opts out.
    Cancel,
    /// The customer opts in again before the end.
    Reactivate,
    /// Changes to `plan_code` now; the dates stay.
    Upgrade,
    /// Changes to `plan_code` at the next renewal.
    Downgrade,
    /// The end is reached. The clock moves there if it is before it.
    Expire,
}

/// Options of an action. Fields that the action does not use are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ActionOptions {
    /// Plan to change to, for `upgrade` and `downgrade`.
    pub plan_code: Option<String>,
    /// Length of the grace period in seconds, for `fail`.
    pub grace_seconds: Option<u64>,
    /// Invoice to refund. Defaults to the last one that was paid.
    pub invoice_number: Option<String>,
    /// The partner's account that pays from now on, for `renew`; unchanged if not given.
    pub partner_account_id: Option<String>,
    /// Moves the clock to the old end if it is before it, for `renew` and `expire`.
    pub move_clock: bool,
    /// Sends the notifications. If false, the record changes without a notification.
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
    /// Creates options that name a plan.
    #[must_use]
    pub fn to_plan(plan_code: impl Into<String>) -> Self {
        Self {
            plan_code: Some(plan_code.into()),
            ..Self::default()
        }
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

/// Reason why an action is refused.
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
