//! Actions on a receipt.

use serde::{Deserialize, Serialize};

/// Action on a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, at the end of the old one; a trial becomes paid, a
    /// deferred plan takes effect.
    Renew,
    /// The trial becomes paid, at its end.
    ConvertTrial,
    /// The customer turns auto-renewal off.
    TurnAutoRenewOff,
    /// The customer turns auto-renewal on again, before the end.
    TurnAutoRenewOn,
    /// The charge fails at the end of the period; access continues for `seconds`.
    EnterGrace,
    /// The failed charge is paid in the grace period; the dates stay on schedule.
    Recover,
    /// The end is reached.
    Expire,
    /// The customer cancels the order: it is refunded and ends now (`cancelReason` 1).
    CancelOrder,
    /// Amazon cancels (`cancelReason` 2): in the grace period at its end, for non-payment;
    /// otherwise now, by customer service.
    CancelByAmazon,
    /// Changes to the plan `term_sku` now: a new receipt, and the end of this one (`cancelReason`
    /// 4).
    ChangeNow,
    /// Changes to the plan `term_sku` at the next renewal; the current plan cancels a pending
    /// change.
    ChangeLater,
    /// Look-ups answer from now on that the receipt is no longer valid (410).
    Invalidate,
    /// Look-ups show `fields` and omit `hidden` from now on, or the real state if both are empty.
    Show,
}
