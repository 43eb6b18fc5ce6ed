//! How a subscription stands, by what its own answer says.

use domain::Timestamp;
use jiff::SignedDuration;

use super::Config;
use super::details::{Details, PAID_UNTIL, REFUNDED_AT};
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
        (false, true) => ended(terms.expires_at, details, now),
        (false, false) if waits => Standing::Waiting,
        (false, false) if runs => unknown("not entitled before its end"),
        (false, false) if config.enhanced_recovery && over_for < TRIES => Standing::OnHold,
        (false, false) => Standing::Ended,
    }
}

fn is_known(word: &str) -> bool {
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
/// came before its time: then only another word of Roku, about this end, makes it an end.
fn ended(ended_at: Timestamp, details: Details<'_>, now: Timestamp) -> Standing {
    let at_the_end = |at: Timestamp| ended_at > now || at.duration_since(ended_at).abs() <= DAY;
    if let Some(at) = details.at(REFUNDED_AT).filter(|at| at_the_end(*at)) {
        return Standing::Refunded(at);
    }
    let replaced = details.told(&["UpgradeCancellation"]).is_some() || makes_way(details, now);
    let cancelled = details.told(&["Cancellation"]).is_some_and(at_the_end);
    let paid_until = details.at(PAID_UNTIL);
    let early =
        ended_at > now || paid_until.is_some_and(|until| until.duration_since(ended_at) > HOUR);
    if replaced || (early && !cancelled) {
        Standing::Replaced
    } else {
        Standing::Ended
    }
}
