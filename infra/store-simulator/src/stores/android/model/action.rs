//! What can happen to a purchase.

use serde::{Deserialize, Serialize};

/// Something that happens to a purchase. In brackets: the numbers of the notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// A pending purchase is paid (4, and 13 for a purchase that it replaces).
    CompletePending,
    /// A pending purchase is given up (20).
    CancelPending,
    /// The next period begins and is paid, at the end of the old one (2).
    Renew,
    /// The renewal is declined; access goes on for `seconds`, three days if not given (6).
    EnterGrace,
    /// The renewal is declined for good, or for now without grace (5).
    Hold,
    /// The declined renewal is paid: in the grace period the dates stay (2), on hold a new
    /// period begins (1).
    Recover,
    /// Renewals stop (3). On hold and in a pause it ends at once (3, 13).
    Cancel,
    /// The customer wants renewals again, in the store's own pages (7).
    Restart,
    /// The end is reached (13, before it 3 if it was not cancelled).
    Expire,
    /// It is taken away now (12).
    Revoke,
    /// An order is paid back and nothing else happens.
    Refund,
    /// An order is voided: it is listed, and told (`voided`). Unless `revoke` is false, it is
    /// taken away too (12).
    Void,
    /// Look-ups show the truth again after a `stale` void.
    CatchUp,
    /// The customer wants a pause of `seconds`, 30 days if not given, from the end of the period
    /// on (11).
    SchedulePause,
    /// The pause begins, at the end of the period (10).
    Pause,
    /// The pause ends and the next period is paid (1).
    Resume,
    /// The pause ends and the charge is declined (5).
    ResumeFails,
    /// Takes another plan now, by `mode`: a new purchase (4), and the end of this one (13).
    Replace,
    /// Takes another plan at the renewal: a new purchase now (4), and the end of this one (13).
    ReplaceLater,
    /// Buys again: before the end a new purchase that replaces this one (4, 13), later one that
    /// does not (4); with `in_play` the later one was bought in the store's own pages.
    Resubscribe,
    /// Pays for another period of a prepaid plan: a new purchase (4, 13).
    TopUp,
    /// The developer moves the next charge by `seconds`, a day if not given (9).
    Defer,
    /// Adds another product (17).
    AddItem,
    /// Look-ups show `state` from now on, or the truth if it is not given.
    SetState,
    /// The app acknowledges it, not the developer's server.
    Acknowledge,
}
