//! End of the running period, and of the grace period after it.

use domain::Timestamp;

use super::billing_period;
use super::memory::Known;
use crate::LookUpError;
use crate::connectors::amazon::wire::{Answer, malformed};

/// End of a period.
#[derive(Clone, Copy)]
pub(in crate::connectors::amazon) enum End {
    /// Named by Amazon, now or in an earlier look-up.
    Named(Timestamp),
    /// Counted from the purchase. Nothing is concluded from an end before it.
    Counted(Timestamp),
}

impl End {
    pub(in crate::connectors::amazon) const fn at(self) -> Timestamp {
        match self {
            Self::Named(at) | Self::Counted(at) => at,
        }
    }
}

/// Returns the end of a grace period that is in force. One that is over is not, once a later end
/// shows that the subscription continued.
pub(in crate::connectors::amazon) fn grace_end(
    said: &Answer,
    renews: bool,
    known: &Known,
) -> Option<Timestamp> {
    let end = said.grace_period_end_date?;
    let before = known.memory.period_end.filter(|_| !renews);
    let next = named(said, renews).or(before);
    // Amazon may go on naming a grace period that is over.
    let went_on = known.is_over(end) && next.is_some_and(|at| !known.is_over(at));
    (!went_on).then_some(end)
}

/// Returns the end of the period before the grace period.
pub(in crate::connectors::amazon) fn unpaid_since(
    said: &Answer,
    known: &Known,
) -> Option<Timestamp> {
    let candidates = [said.renewal_date, known.memory.period_end];
    let mut over = candidates.into_iter().flatten();
    over.find(|at| known.is_over(*at))
}

/// Returns the end of the running period: the date that Amazon names, or else the last known one
/// including a trial. If that is over, or nothing was known, it is counted.
///
/// A subscription that renews has a further period after each one. One that won't renew has none,
/// even if the last known end has passed.
pub(in crate::connectors::amazon) fn end(
    said: &Answer,
    renews: bool,
    known: &Known,
) -> Result<End, LookUpError> {
    let ahead = |at: &Timestamp| !known.is_over(*at);
    let last = known.memory.period_end;
    let trial_end = said.free_trial_end_date.filter(ahead);
    let told = named(said, renews).or(last.filter(ahead)).or(trial_end);
    if let Some(at) = told {
        return Ok(End::Named(at));
    }
    let counted = || counted(said, known).map(End::Counted);
    let before = known.memory.counted_end;
    let end = if renews {
        let running = before.filter(ahead).map(End::Counted);
        running.or_else(counted).or(last.map(End::Named))
    } else {
        let last = last.map(End::Named);
        last.or(before.map(End::Counted)).or_else(counted)
    };
    end.ok_or_else(|| malformed("nothing tells the end of its period"))
}

/// Returns the date that Amazon names. If it won't renew, that is its coming end; a `renewalDate`
/// that is named nevertheless is the end of what was paid.
fn named(said: &Answer, renews: bool) -> Option<Timestamp> {
    if renews {
        said.renewal_date
    } else {
        said.cancel_date.or(said.renewal_date)
    }
}

/// Counts the first end of a period after now. Billing begins with the end of a free trial.
fn counted(said: &Answer, known: &Known) -> Option<Timestamp> {
    let billed_from = known.memory.free_trial_end_date.or(said.purchase_date)?;
    billing_period::end_after(billed_from, said.term.as_deref()?, known.observed_at)
}
