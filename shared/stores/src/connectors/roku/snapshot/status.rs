//! Status of a subscription by its own answer.

use domain::Timestamp;
use jiff::SignedDuration;

use crate::connectors::roku::Config;
use crate::connectors::roku::memory::hints::{CANCELLED_AT, Hints, PAID_UNTIL, REFUNDED_AT};
use crate::connectors::roku::wire::Transaction;
use crate::fields::shortened;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Time by which a renewal may be late before it counts as failed, unless Roku reported the
/// failure.
const LATE: SignedDuration = HOUR;

/// Time for which access continues after a renewal failed.
const GRACE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Time after the end of a period in which Roku tries to charge: 3 days, 57 more, and one for
/// clocks.
const TRIES: SignedDuration = SignedDuration::from_hours(61 * 24);

/// Time within which a scheduled change shows under the new subscription's own id.
const CHANGING: SignedDuration = SignedDuration::from_hours(48);

/// Status of a subscription, before replaced plans are considered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::connectors::roku) enum OwnStatus {
    /// It renews.
    Active,
    /// A charge failed; access continues until then.
    Grace(Timestamp),
    /// A charge failed; no access.
    OnHold,
    /// Runs until its end.
    Cancelled,
    /// Has ended.
    Ended,
    /// Ended because its money was returned.
    Refunded(Timestamp),
    /// A cheaper plan that has not begun.
    Waiting,
    /// Another subscription has taken over.
    Replaced,
    /// Not documented, with the value at fault.
    Unknown(String),
}

/// Fields that decide, once all of them are present.
#[derive(Clone, Copy)]
pub(in crate::connectors::roku) struct Terms {
    pub(in crate::connectors::roku) entitled: bool,
    pub(in crate::connectors::roku) cancelled: bool,
    pub(in crate::connectors::roku) expires_at: Timestamp,
    /// Time at which the money of the running period was returned in full.
    pub(in crate::connectors::roku) refunded_in_full: Option<Timestamp>,
}

/// Determines the status. `purchaseStatus` only shows whether a change of plan is in progress,
/// because Roku's pages contradict each other about its meaning for access. An unknown value
/// decides nothing.
pub(in crate::connectors::roku) fn own_status(
    config: &Config,
    line: &Transaction,
    terms: Terms,
    hints: Hints<'_>,
    now: Timestamp,
) -> OwnStatus {
    let word = line.word();
    let waits = word == "pendingactive";
    let unknown = |what: &str| OwnStatus::Unknown(shortened(what));
    if !is_known(&word) {
        return unknown(line.status.as_deref().unwrap_or_default());
    }
    if word == "pendinginactive" {
        return OwnStatus::Replaced;
    }
    let over_for = now.duration_since(terms.expires_at);
    let runs = over_for.is_negative();
    match (terms.entitled, terms.cancelled) {
        (true, false) if runs => OwnStatus::Active,
        // Roku grants access and the period is over: grace, or a renewal that does not show yet.
        (true, false) => unpaid(terms.expires_at, hints, now),
        (true, true) if makes_way(hints, now) => OwnStatus::Replaced,
        (true, true) => OwnStatus::Cancelled,
        (false, true) => ended(terms, hints, now),
        (false, false) if waits => OwnStatus::Waiting,
        (false, false) if runs => unknown("not entitled before its end"),
        // Roku suspends access and goes on trying to charge. Without enhanced recovery it cancels
        // at once.
        (false, false) if config.enhanced_recovery && over_for < TRIES => OwnStatus::OnHold,
        (false, false) => OwnStatus::Ended,
    }
}

/// Whether a value of `purchaseStatus` is documented.
pub(in crate::connectors::roku) fn is_known(word: &str) -> bool {
    let known = [
        "",
        "active",
        "inactive",
        "pendingactive",
        "pendinginactive",
        "valid",
    ];
    known.contains(&word)
}

/// Returns the status of an ended period for which Roku still grants access: the renewal is late or
/// failed. As long as Roku grants it, grace lasts for another day.
fn unpaid(ended_at: Timestamp, hints: Hints<'_>, now: Timestamp) -> OwnStatus {
    let told = hints.notified(&["GraceInitiated"]);
    // A failure may be reported a little before the end of the period.
    let failed = told.is_some_and(|at| at.duration_since(ended_at) >= -HOUR);
    let over_for = now.duration_since(ended_at);
    if over_for < LATE && !failed {
        return OwnStatus::Active;
    }
    let days = over_for.as_hours() / 24 + 1;
    let lasts = SignedDuration::from_hours(days.saturating_mul(24)).max(GRACE);
    OwnStatus::Grace(ended_at.checked_add(lasts).unwrap_or(now))
}

/// Whether a cheaper plan was chosen just now. Then the new subscription shows how it continues.
fn makes_way(hints: Hints<'_>, now: Timestamp) -> bool {
    let told = hints.notified(&["DowngradeCancellation"]);
    told.is_some_and(|at| now.duration_since(at).abs() < CHANGING)
}

/// Returns how a subscription ended.
///
/// An answer never says that a dearer plan has replaced it. It only shows that the end came before
/// its time, which then counts as an end only if another message of Roku's about this end says so.
/// A partial refund does not.
fn ended(terms: Terms, hints: Hints<'_>, now: Timestamp) -> OwnStatus {
    let upgraded = hints.notified(&["UpgradeCancellation"]).is_some();
    if upgraded || makes_way(hints, now) {
        return OwnStatus::Replaced;
    }
    let ended_at = terms.expires_at;
    let lies_ahead = ended_at > now;
    let at_the_end = |at: &Timestamp| at.duration_since(ended_at).abs() <= DAY;
    let paid_until = hints.at(PAID_UNTIL);
    let early = lies_ahead || paid_until.is_some_and(|until| until.duration_since(ended_at) > HOUR);
    let told_now = hints.notified(&["Cancellation"]).is_some() && lies_ahead;
    let cancelled = told_now || hints.at(CANCELLED_AT).filter(at_the_end).is_some();
    let in_full = terms.refunded_in_full;
    let in_full = in_full.filter(|at| lies_ahead || at_the_end(at));
    let in_part = hints.at(REFUNDED_AT).filter(at_the_end);
    let in_part = in_part.filter(|_| cancelled || !early);
    match in_full.or(in_part) {
        Some(at) => OwnStatus::Refunded(at),
        None if early && !cancelled => OwnStatus::Replaced,
        None => OwnStatus::Ended,
    }
}
