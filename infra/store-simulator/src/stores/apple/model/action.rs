//! Actions on a purchase.

use serde::{Deserialize, Serialize};

/// Action on a purchase. The notifications are in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, at the end of the old one (`DID_RENEW`).
    Renew,
    /// The customer turns renewals off (`DID_CHANGE_RENEWAL_STATUS`, `AUTO_RENEW_DISABLED`).
    Cancel,
    /// The customer turns renewals on (`DID_CHANGE_RENEWAL_STATUS`, `AUTO_RENEW_ENABLED`).
    Reactivate,
    /// The charge fails; access continues for `seconds`, by default 16 days (`DID_FAIL_TO_RENEW`,
    /// `GRACE_PERIOD`).
    EnterGrace,
    /// The charge fails and access ends (`DID_FAIL_TO_RENEW`).
    EnterRetry,
    /// The grace period is over (`GRACE_PERIOD_EXPIRED`).
    ExpireGrace,
    /// The failed charge succeeds: in the grace period the cycle stays, later a new one begins
    /// (`DID_RENEW`, `BILLING_RECOVERY`).
    Recover,
    /// The end is reached (`EXPIRED`); renewals that were still on are turned off before.
    Expire,
    /// Bought again after the end (`SUBSCRIBED`, `RESUBSCRIBE`).
    Resubscribe,
    /// Changes to another product now (`DID_CHANGE_RENEWAL_PREF`, `UPGRADE`).
    Upgrade,
    /// Changes to another product at the renewal (`DID_CHANGE_RENEWAL_PREF`, `DOWNGRADE`).
    Downgrade,
    /// Cancels a pending change of the product (`DID_CHANGE_RENEWAL_PREF`).
    KeepPlan,
    /// A transaction is refunded (`REFUND`, and `REVOKE` for family members).
    Refund,
    /// A refund is reversed (`REFUND_REVERSED`).
    ReverseRefund,
    /// A family member receives a share, as a purchase of its own (`SUBSCRIBED`, `INITIAL_BUY`).
    Share,
    /// A family member loses the share (`REVOKE`).
    Revoke,
    /// The app restores the purchase: another transaction id for the same period.
    Restore,
}
