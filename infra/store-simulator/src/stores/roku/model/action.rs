//! What can happen to a purchase.

use serde::{Deserialize, Serialize};

/// Something that happens to a purchase. In brackets: what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, at the end of the old one (`Sale`; before it
    /// `CancellationOfferEnded` if a retention offer is over).
    Renew,
    /// The charge fails: grace, hold or the end, as the state and a trial want it.
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
    /// Takes the cheaper `product_code` at the end of the period: a new purchase that waits
    /// (`DowngradeSale`, `DowngradeCancellation`).
    Downgrade,
    /// Takes a retention offer of `amount` for `periods` (`CancellationOfferInitiated`).
    StartOffer,
    /// Its terms are over (`CancellationOfferEnded`).
    EndOffer,
    /// The period ends at `expiration_date`.
    MoveExpiration,
    /// Look-ups show `fields` and leave out what `without` names; neither: the truth.
    SetAnswer,
}
