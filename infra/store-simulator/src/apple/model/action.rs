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
    /// Redeems an offer: for the next renewal, or with another product (`OFFER_REDEEMED`; `UPGRADE`
    /// now, `DOWNGRADE` if `later`).
    RedeemOffer,
    /// A transaction is paid back (`REFUND`, and `REVOKE` for family members).
    Refund,
    /// A refund is declined (`REFUND_DECLINED`).
    DeclineRefund,
    /// A refund is undone (`REFUND_REVERSED`).
    ReverseRefund,
    /// A refund was asked for (`CONSUMPTION_REQUEST`).
    RequestConsumption,
    /// A family member gets it too, as a purchase of its own (`SUBSCRIBED`, `INITIAL_BUY`).
    Share,
    /// A family member loses it (`REVOKE`).
    Revoke,
    /// The price goes up to `amount` (`PRICE_INCREASE`, `PENDING`, or `ACCEPTED` if nobody has to
    /// agree).
    IncreasePrice,
    /// The customer agrees to the price (`PRICE_INCREASE`, `ACCEPTED`).
    AcceptPrice,
    /// The customer does not answer, so renewals go off (`DID_CHANGE_RENEWAL_STATUS`).
    IgnorePrice,
    /// The end is moved by `seconds`, a day if not given (`RENEWAL_EXTENDED`).
    Extend,
    /// The end could not be moved (`RENEWAL_EXTENSION`, `FAILURE`).
    FailExtension,
    /// The app restores it: another transaction id for the same period.
    Restore,
    /// It gets another `appAccountToken`.
    SetAccountToken,
}
