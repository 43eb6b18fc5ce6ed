//! What can happen to a receipt.

use serde::{Deserialize, Serialize};

/// Something that happens to a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, at the end of the old one; a trial becomes paid, a
    /// deferred plan is taken.
    Renew,
    /// The trial becomes paid, at its end.
    ConvertTrial,
    /// The customer turns auto-renewal off.
    TurnAutoRenewOff,
    /// The customer turns it on again, before the end.
    TurnAutoRenewOn,
    /// The charge fails at the end of the period; access goes on for `seconds`.
    EnterGrace,
    /// The failed charge is paid in the grace period; the dates stay on schedule.
    Recover,
    /// The end is reached.
    Expire,
    /// The customer cancels the order: it is paid back and ends now (`cancelReason` 1).
    CancelOrder,
    /// Amazon cancels (`cancelReason` 2): in the grace period at its end, for want of payment;
    /// otherwise now, by customer service.
    CancelByAmazon,
    /// Takes the plan `term_sku` now: a new receipt, and the end of this one (`cancelReason` 4).
    ChangeNow,
    /// Takes the plan `term_sku` at the next renewal; the present one takes that back.
    ChangeLater,
    /// Look-ups say from now on that it is no longer valid (410).
    Invalidate,
    /// Look-ups show `fields` and leave out `hidden` from now on, or the truth if both are empty.
    Show,
}
