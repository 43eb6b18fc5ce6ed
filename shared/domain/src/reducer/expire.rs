//! End of a subscription about which the store gives no state any more.

use super::{Cause, EventLog, Scope, changes, previous};
use crate::{Event, Status, Subscription};

/// Sets `next` to expired and returns the events of that; none if it has no owner.
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
