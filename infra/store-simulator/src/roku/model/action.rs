//! What can happen to a purchase, and why it is refused.

use serde::{Deserialize, Serialize};

use super::{MoneyError, State};

/// Something that happens to a purchase. In brackets: what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, at the end of the old one (`Sale`; before it
    /// `CancellationOfferEnded` if a retention offer is over).
    Renew,
    /// The charge fails: grace, hold or the end, as the account's recovery and a trial want it.
    Fail,
    /// The charge fails; access goes on for `seconds`, three days if not given
    /// (`GraceInitiated`).
    EnterGrace,
    /// Grace, or a trial, ends unpaid (`OnHoldInitiated`).
    Hold,
    /// The failed charge is paid: in grace the dates stay (`GraceRecovered`), on hold a period
    /// begins now (`OnHoldRecovered`).
    Recover,
    /// Renewals stop; what is unpaid or has not begun ends at once (`Cancellation`).
    Cancel,
    /// The last day of the period, of a purchase that won't renew (`Cancellation`).
    LastDay,
    /// The end: cancelled, nothing is told; unpaid, when all tries are over, or active, at the end
    /// of the period (`Cancellation`).
    Expire,
    /// Wanted again: before the end (`Resubscribe`), or later as a new purchase (`Sale`).
    Resubscribe,
    /// Money is paid back (`Refund`; if `unauthorized`, it ends too: `Cancellation`).
    Refund,
    /// The customer gets a service credit of `amount`, used by the next renewal (`Credit`).
    Credit,
    /// The customer's bank takes the last charge back (`Chargeback`).
    Chargeback,
    /// Roku wins that (`ChargebackReversed`).
    ReverseChargeback,
    /// The bank takes it back again (`SecondChargeback`).
    SecondChargeback,
    /// Takes the dearer `product_code` now: a new purchase (`UpgradeSale`,
    /// `UpgradeCancellation`).
    Upgrade,
    /// The upgrade is cancelled in its trial, and what it replaced runs out (`Cancellation`).
    CancelUpgrade,
    /// Takes the cheaper `product_code` at the end of the period: a new purchase that waits
    /// (`DowngradeSale`, `DowngradeCancellation`).
    Downgrade,
    /// Takes a retention offer of `amount` for `periods` (`CancellationOfferInitiated`).
    StartOffer,
    /// Its terms are over (`CancellationOfferEnded`).
    EndOffer,
    /// Renewals cost `amount` from now on.
    ChangePrice,
    /// The period ends at `expiration_date`.
    MoveExpiration,
    /// Look-ups show `fields` and leave out what `without` names; neither: the truth.
    SetAnswer,
    /// Look-ups show the truth again after a `stale` action.
    CatchUp,
}

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No purchase has this transaction.
    #[error("there is no such transaction")]
    UnknownPurchase,
    /// Another transaction has this id.
    #[error("there is already a transaction with this id")]
    Exists,
    /// The account has no channel.
    #[error("the account has no channel")]
    NoChannel,
    /// The account does not have the channel.
    #[error("there is no channel {0}")]
    UnknownChannel(String),
    /// An option is missing.
    #[error("this action needs {0}")]
    Missing(&'static str),
    /// The catalogue does not have it.
    #[error("there is no plan {0}")]
    UnknownPlan(String),
    /// Not an amount.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// A plan's period cannot be used.
    #[error("{0}")]
    Period(String),
    /// More than what was paid, or nothing.
    #[error("there is nothing, or not as much, to pay back")]
    NothingToRefund,
    /// The account's recovery knows no hold.
    #[error("only possible with enhanced recovery")]
    BasicRecovery,
    /// A trial has no grace period.
    #[error("a free trial has no grace period")]
    InTrial,
    /// It is not an upgrade in its trial.
    #[error("this is not an upgrade in its trial")]
    NoUpgrade,
    /// No offer runs.
    #[error("no retention offer is running")]
    NoOffer,
    /// Disputes go in their order.
    #[error("a chargeback, its reversal and the second chargeback come in this order")]
    DisputeOrder,
    /// Not from here.
    #[error("not possible while the purchase is {0:?}")]
    WrongState(State),
}
