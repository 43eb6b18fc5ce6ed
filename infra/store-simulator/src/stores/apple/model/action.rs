//! What can happen to a purchase.

use serde::{Deserialize, Serialize};

/// Something that happens to a purchase. In brackets: the notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, at the end of the old one (`DID_RENEW`).
    Renew,
    /// The customer turns renewals off (`DID_CHANGE_RENEWAL_STATUS`, `AUTO_RENEW_DISABLED`).
    Cancel,
    /// The customer turns renewals on (`DID_CHANGE_RENEWAL_STATUS`, `AUTO_RENEW_ENABLED`).
    Reactivate,
    /// The charge fails; access goes on for `seconds`, 16 days if not given (`DID_FAIL_TO_RENEW`,
    /// `GRACE_PERIOD`).
    EnterGrace,
    /// The charge fails and access ends (`DID_FAIL_TO_RENEW`).
    EnterRetry,
    /// The grace period is over (`GRACE_PERIOD_EXPIRED`).
    ExpireGrace,
    /// The charge that failed succeeds: in the grace period the cycle stays, later a new one begins
    /// (`DID_RENEW`, `BILLING_RECOVERY`).
    Recover,
    /// The end is reached (`EXPIRED`); if renewals were still on, they go off before.
    Expire,
    /// Bought again after the end (`SUBSCRIBED`, `RESUBSCRIBE`).
    Resubscribe,
    /// Takes another product now (`DID_CHANGE_RENEWAL_PREF`, `UPGRADE`).
    Upgrade,
    /// Takes another product at the renewal (`DID_CHANGE_RENEWAL_PREF`, `DOWNGRADE`).
    Downgrade,
    /// Keeps the product after all (`DID_CHANGE_RENEWAL_PREF`).
    KeepPlan,
    /// A transaction is paid back (`REFUND`, and `REVOKE` for family members).
    Refund,
    /// A refund is undone (`REFUND_REVERSED`).
    ReverseRefund,
    /// A family member gets it too, as a purchase of its own (`SUBSCRIBED`, `INITIAL_BUY`).
    Share,
    /// A family member loses it (`REVOKE`).
    Revoke,
    /// The app restores it: another transaction id for the same period.
    Restore,
}
