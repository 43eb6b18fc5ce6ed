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
    let end = said.grace_period_end_date?;
    let before = known.period_end.filter(|_| !renews);
    let next = named(said, renews).or(before);
    let went_on = known.is_over(end) && next.is_some_and(|at| !known.is_over(at));
    (!went_on).then_some(end)
}

/// The end of the period that is over, in the grace period after it.
pub(super) fn unpaid_since(said: &Answer, known: &Known) -> Option<Timestamp> {
    let candidates = [said.renewal_date, known.period_end];
    let mut over = candidates.into_iter().flatten();
    over.find(|at| known.is_over(*at))
}

/// The end of the running period: the date that Amazon names. Where it names none, what was last known of
/// it, the trial included; where that is over or nothing was ever known, it is counted. What renews has a
/// further period after each one; what will not renew has none, also when the last known end has passed.
pub(super) fn end(said: &Answer, renews: bool, known: &Known) -> Result<End, LookUpError> {
    let ahead = |at: &Timestamp| !known.is_over(*at);
    let last = known.period_end;
    let trial_end = said.free_trial_end_date.filter(ahead);
    let told = named(said, renews).or(last.filter(ahead)).or(trial_end);
    if let Some(at) = told {
        return Ok(End::Told(at));
    }
    let counted = || counted(said, known).map(End::Counted);
    let before = known.counted_end;
    let end = if renews {
        let running = before.filter(ahead).map(End::Counted);
        running.or_else(counted).or(last.map(End::Told))
    } else {
        let last = last.map(End::Told);
        last.or(before.map(End::Counted)).or_else(counted)
    };
    end.ok_or_else(|| malformed("nothing tells the end of its period"))
}

/// The date that Amazon names. Once it will not renew, that is the date of the end to come; a
/// `renewalDate` that is named all the same is the end of what was paid.
fn named(said: &Answer, renews: bool) -> Option<Timestamp> {
    if renews {
        said.renewal_date
    } else {
        said.cancel_date.or(said.renewal_date)
    }
}

/// The first end of a period after now. Billing begins with the end of a free trial.
fn counted(said: &Answer, known: &Known) -> Option<Timestamp> {
    let billed_from = known.trial_end.or(said.purchase_date)?;
    term::end_after(billed_from, said.term.as_deref()?, known.observed_at)
}
