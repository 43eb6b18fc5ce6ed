//! How a subscription stands, by what its own answer says.

use domain::Timestamp;
use jiff::SignedDuration;

use super::Config;
use super::details::{CANCELLED_AT, Details, PAID_UNTIL, REFUNDED_AT};
use super::wire::Transaction;
use crate::fields::shortened;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How late a renewal may show before it counts as failed, unless Roku told that it failed.
const LATE: SignedDuration = HOUR;

/// How long access goes on after a renewal failed.
const GRACE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How long after the end of the period Roku tries to charge: 3 days and 57 more, and one for clocks.
const TRIES: SignedDuration = SignedDuration::from_hours(61 * 24);

/// How long a scheduled change may take to show under the new subscription's own id.
const CHANGING: SignedDuration = SignedDuration::from_hours(48);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It renews.
    Active,
    /// A charge failed; access until then.
    Grace(Timestamp),
    /// A charge failed; no access.
    OnHold,
    /// It runs out.
    Cancelled,
    /// It is over.
    Ended,
    /// Its money was returned, and it ended by that.
    Refunded(Timestamp),
    /// A cheaper plan that has not begun.
    Waiting,
    /// Another subscription has taken over.
    Replaced,
    /// Nothing that is documented, in this word.
    Unknown(String),
}

/// What decides, once it is certain that all of it is there.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) entitled: bool,
    pub(super) cancelled: bool,
    pub(super) expires_at: Timestamp,
    /// When the money of the running period was returned as a whole.
    pub(super) refunded_in_full: Option<Timestamp>,
}

/// `purchaseStatus` decides nothing but whether a change of plan is under way: documents contradict
/// each other in what it means for access. A word that isn't known decides nothing at all.
pub(super) fn standing(
    config: &Config,
    line: &Transaction,
    terms: Terms,
    details: Details<'_>,
    now: Timestamp,
) -> Standing {
    let word = line.word();
    let waits = word == "pendingactive";
    let unknown = |what: &str| Standing::Unknown(shortened(what));
    if !is_known(&word) {
        return unknown(line.status.as_deref().unwrap_or_default());
    }
    if word == "pendinginactive" {
        return Standing::Replaced;
    }
    let over_for = now.duration_since(terms.expires_at);
    let runs = over_for.is_negative();
    match (terms.entitled, terms.cancelled) {
        (true, false) if runs => Standing::Active,
        (true, false) => unpaid(terms.expires_at, details, now),
        (true, true) if makes_way(details, now) => Standing::Replaced,
        (true, true) => Standing::Cancelled,
        (false, true) => ended(terms, details, now),
        (false, false) if waits => Standing::Waiting,
        (false, false) if runs => unknown("not entitled before its end"),
        (false, false) if config.enhanced_recovery && over_for < TRIES => Standing::OnHold,
        (false, false) => Standing::Ended,
    }
}

/// Whether it is a word of Roku's for `purchaseStatus`.
pub(super) fn is_known(word: &str) -> bool {
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

/// The period is over and Roku still grants access: the renewal is late, or it failed. However long
/// Roku goes on granting it, the store's word holds for another day.
fn unpaid(ended_at: Timestamp, details: Details<'_>, now: Timestamp) -> Standing {
    let told = details.told(&["GraceInitiated"]);
    let failed = told.is_some_and(|at| at.duration_since(ended_at) >= -HOUR);
    let over_for = now.duration_since(ended_at);
    if over_for < LATE && !failed {
        return Standing::Active;
    }
    let days = over_for.as_hours() / 24 + 1;
    let lasts = SignedDuration::from_hours(days.saturating_mul(24)).max(GRACE);
    Standing::Grace(ended_at.checked_add(lasts).unwrap_or(now))
}

/// A cheaper plan was chosen just now: the subscription to that tells how it goes on.
fn makes_way(details: Details<'_>, now: Timestamp) -> bool {
    let told = details.told(&["DowngradeCancellation"]);
    told.is_some_and(|at| now.duration_since(at).abs() < CHANGING)
}

/// Why it is over. An answer never says that a dearer plan has taken over, but it shows that the end
/// came before its time: then only another word of Roku, about this end, makes it an end. A part of the
/// price that was returned is no such word.
fn ended(terms: Terms, details: Details<'_>, now: Timestamp) -> Standing {
    let upgraded = details.told(&["UpgradeCancellation"]).is_some();
    if upgraded || makes_way(details, now) {
        return Standing::Replaced;
    }
    let ended_at = terms.expires_at;
    let lies_ahead = ended_at > now;
    let at_the_end = |at: &Timestamp| at.duration_since(ended_at).abs() <= DAY;
    let paid_until = details.at(PAID_UNTIL);
    let early = lies_ahead || paid_until.is_some_and(|until| until.duration_since(ended_at) > HOUR);
    let told_now = details.told(&["Cancellation"]).is_some() && lies_ahead;
    let cancelled = told_now || details.at(CANCELLED_AT).filter(at_the_end).is_some();
    let in_full = terms.refunded_in_full;
    let in_full = in_full.filter(|at| lies_ahead || at_the_end(at));
    let in_part = details.at(REFUNDED_AT).filter(at_the_end);
    let in_part = in_part.filter(|_| cancelled || !early);
    match in_full.or(in_part) {
        Some(at) => Standing::Refunded(at),
        None if early && !cancelled => Standing::Replaced,
        None => Standing::Ended,
    }
}
