//! Actions on a purchase.

use serde::{Deserialize, Serialize};

/// Action on a purchase. The notifications are in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The next period begins and is paid, at the end of the old one (`Sale`; before it
    /// `CancellationOfferEnded` if a retention offer is over).
    Renew,
    /// The charge fails: access goes into grace, or on hold in a trial or at the end of a grace
    /// period.
    Fail,
    /// The charge fails; access continues for `seconds`, by default three days (`GraceInitiated`).
    EnterGrace,
    /// The grace period or the trial ends unpaid (`OnHoldInitiated`).
    Hold,
    /// The failed charge is paid: in grace the dates stay (`GraceRecovered`), on hold a period
    /// begins now (`OnHoldRecovered`).
    Recover,
    /// Renewals stop; a purchase that is unpaid or has not begun ends at once (`Cancellation`).
    Cancel,
    /// The last day of the period of a purchase that will not renew begins (`Cancellation`).
    LastDay,
    /// The end is reached: nothing is sent if cancelled; `Cancellation` if unpaid, after the last
    /// try, or if active, at the end of the period.
    Expire,
    /// The customer subscribes again: before the end (`Resubscribe`), or later as a new purchase
    /// (`Sale`).
    Resubscribe,
    /// A charge is refunded (`Refund`); if `unauthorized`, the purchase ends too (`Cancellation`).
    Refund,
    /// The customer receives a service credit of `amount`, used by the next renewals (`Credit`).
    Credit,
    /// The customer's bank charges the last charge back (`Chargeback`).
    Chargeback,
    /// Roku wins the dispute (`ChargebackReversed`).
    ReverseChargeback,
    /// The bank charges it back again (`SecondChargeback`).
    SecondChargeback,
    /// Changes to the dearer `product_code` now: a new purchase (`UpgradeSale`,
    /// `UpgradeCancellation`).
    Upgrade,
    /// Changes to the cheaper `product_code` at the end of the period: a new purchase that waits
    /// (`DowngradeSale`, `DowngradeCancellation`).
    Downgrade,
    /// The customer accepts a retention offer of `amount` for `periods`
    /// (`CancellationOfferInitiated`).
    StartOffer,
    /// The retention offer ends (`CancellationOfferEnded`).
    EndOffer,
    /// The period ends at `expiration_date`.
    MoveExpiration,
    /// Look-ups show `fields` and omit the members that `without` names; with neither, they show
    /// the real state.
    SetAnswer,
}
