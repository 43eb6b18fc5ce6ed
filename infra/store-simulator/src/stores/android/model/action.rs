//! Actions on a purchase.

use serde::{Deserialize, Serialize};

/// Action on a purchase. The numbers of the notifications are in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// A pending purchase is paid (4, and 13 for a purchase that it replaces).
    CompletePending,
    /// A pending purchase is cancelled (20).
    CancelPending,
    /// The next period begins and is paid, at the end of the old one (2).
    Renew,
    /// The renewal is declined; access continues for `seconds`, by default three days (6).
    EnterGrace,
    /// The renewal is declined after the grace period, or without one; access ends (5).
    Hold,
    /// The declined renewal is paid: in the grace period the dates stay (2), on hold a new
    /// period begins (1).
    Recover,
    /// Renewals are turned off (3). On hold and in a pause the purchase ends at once (3, 13).
    Cancel,
    /// Renewals are turned on again, in the store's own pages (7).
    Restart,
    /// The end is reached (13, before it 3 if the purchase was not cancelled).
    Expire,
    /// Access is revoked now (12).
    Revoke,
    /// An order is refunded and nothing else changes.
    Refund,
    /// An order is voided: it is listed, and a notification is sent (`voided`). Unless `revoke` is
    /// false, access is revoked too (12).
    Void,
    /// Look-ups show the real state again after a `stale` void.
    CatchUp,
    /// The customer schedules a pause of `seconds`, by default 30 days, from the end of the period
    /// on (11).
    SchedulePause,
    /// The pause begins, at the end of the period (10).
    Pause,
    /// The pause ends and the next period is paid (1).
    Resume,
    /// The pause ends and the charge is declined (5).
    ResumeFails,
    /// Changes to another plan now, by `mode`: a new purchase (4), and the end of this one (13).
    Replace,
    /// Changes to another plan at the renewal: a new purchase now (4), and the end of this one
    /// (13).
    ReplaceLater,
    /// The customer buys again: before the end a new purchase that replaces this one (4, 13), later
    /// one that does not (4); with `in_play` the later one is bought in the store's own pages.
    Resubscribe,
    /// The customer pays for another period of a prepaid plan: a new purchase (4, 13).
    TopUp,
    /// The developer moves the next charge by `seconds`, by default a day (9).
    Defer,
    /// Another product is added (17).
    AddItem,
    /// Look-ups show `state` from now on, or the real one if it is not given.
    SetState,
    /// The app acknowledges the purchase, not the developer's server.
    Acknowledge,
}
