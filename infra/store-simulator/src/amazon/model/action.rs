//! What can happen to a receipt, and why it is refused.

use serde::{Deserialize, Serialize};

use super::State;

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
    /// The store reminds of the end, ten or thirty days before it.
    RemindOfEnd,
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
    /// A reason that was not known yet (0) becomes known.
    SettleReason,
    /// Takes the plan `term_sku` now: a new receipt, and the end of this one (`cancelReason` 4).
    ChangeNow,
    /// Takes the plan `term_sku` at the next renewal; the present one takes that back.
    ChangeLater,
    /// Buys again after the end: a new receipt.
    Resubscribe,
    /// The app reports what became of the purchase; anything but `FULFILLED` cancels it.
    Fulfil,
    /// The promotions are now `promotions`.
    SetPromotions,
    /// Look-ups say from now on that it is no longer valid (410).
    Invalidate,
    /// Look-ups show `fields` and leave out `hidden` from now on, or the truth if both are empty.
    Show,
}

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No receipt has this id.
    #[error("there is no receipt with this id")]
    UnknownReceipt,
    /// Another receipt has this id.
    #[error("there is already a receipt with this id")]
    Exists,
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue does not have it.
    #[error("there is no product {0}")]
    UnknownProduct(String),
    /// A period cannot be used.
    #[error("product {0}: a subscription needs termSku, and either periodSeconds or period")]
    Period(String),
    /// One-time purchases have nothing of the kind.
    #[error("only possible with a subscription")]
    NotSubscription,
    /// Not from here.
    #[error("not possible while the receipt is {0:?}")]
    WrongState(State),
}
