//! The end of a subscription for which the store does not answer any more.

use super::{Cause, EventLog, Scope, changes, previous};
use crate::{Event, Status, Subscription};

/// Lets `next` expire. Answers what its holder, if it has one, is to be told.
pub(super) fn expire(
    current: &Subscription,
    next: &mut Subscription,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Vec<Event> {
    next.state.status = Status::Expired;
    next.state.auto_renew = false;
    next.state.grace_end = None;
    let mut log = EventLog::new(cause, scope);
    for kind in changes::kinds(current, &next.state) {
        let previous = previous(Some(current), next, None, kind);
        log.record(next, kind, previous);
    }
    log.events
}
