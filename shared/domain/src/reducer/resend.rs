//! Resend: announces a subscription to its broadcaster again.

use super::{Decision, EventLog, Scope};
use crate::{EventKind, Source, Subscription};

/// Decides to announce a subscription again, with a new date, if its owner has access now.
/// Otherwise the decision has no `next` and no event.
#[must_use]
pub fn reduce_resend(current: &Subscription, scope: &Scope<'_>) -> Decision {
    let mut decision = Decision::untouched(None);
    if !current.access_granted(scope.now) {
        return decision;
    }
    let mut next = current.clone();
    next.updated_at = scope.now;
    let mut log = EventLog::of(Source::Broadcaster, None, scope);
    log.record(&mut next, EventKind::Resent, None);
    decision.events = log.events;
    decision.next = Some(next);
    decision
}
