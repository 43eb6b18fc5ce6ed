//! When the running period of a subscription ends, and until when an unpaid one is tolerated.

use domain::Timestamp;

use super::details::Known;
use super::snapshot::malformed;
use super::term;
use super::wire::Answer;
use crate::LookUpError;

/// The end of a period.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// As Amazon told it, now or at an earlier look.
    Told(Timestamp),
    /// As it was counted from the purchase: nothing is concluded from what ends before it.
    Counted(Timestamp),
}

impl End {
    pub(super) const fn at(self) -> Timestamp {
        match self {
            Self::Told(at) | Self::Counted(at) => at,
        }
    }
}

/// The end of a grace period that decides. One that is over does not, once a later end shows that the
/// subscription went on.
pub(super) fn grace_end(said: &Answer, renews: bool, known: &Known) -> Option<Timestamp> {
    let end = said.grace_period_end_date?.0;
    let before = known.period_end.filter(|_| !renews);
    let next = named(said, renews).or(before);
    let went_on = known.is_over(end) && next.is_some_and(|at| !known.is_over(at));
    (!went_on).then_some(end)
}

/// The end of the period that is over, in the grace period after it.
pub(super) fn unpaid_since(said: &Answer, known: &Known) -> Option<Timestamp> {
    let renewal = said.renewal_date.map(|at| at.0);
    let candidates = [renewal, known.period_end];
    let mut over = candidates.into_iter().flatten();
    over.find(|at| known.is_over(*at))
}

/// The end of the running period. Amazon names it only while it renews, and once it won't perhaps as the
/// date of the end to come; else it is what was last known, also when that has passed. Only where nothing
/// was ever known it is counted from the purchase, once.
pub(super) fn end(said: &Answer, renews: bool, known: &Known) -> Result<End, LookUpError> {
    if let Some(at) = named(said, renews) {
        return Ok(End::Told(at));
    }
    if renews {
        return Err(malformed("it renews and has no renewalDate"));
    }
    let ahead = |at: &Timestamp| !known.is_over(*at);
    let trial_end = said.free_trial_end_date.map(|at| at.0);
    let last = known.period_end;
    let told = last.filter(ahead).or(trial_end.filter(ahead)).or(last);
    let counted = || {
        let term = said.term.as_deref()?;
        term::end_after(said.purchase_date.0, term, known.observed_at)
    };
    told.map(End::Told)
        .or_else(|| known.counted_end.or_else(counted).map(End::Counted))
        .ok_or_else(|| malformed("nothing tells the end of its period"))
}

fn named(said: &Answer, renews: bool) -> Option<Timestamp> {
    let named = if renews {
        said.renewal_date
    } else {
        said.cancel_date
    };
    named.map(|at| at.0)
}
