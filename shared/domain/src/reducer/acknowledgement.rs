//! Acknowledgement of a purchase at its store.

use super::{Decision, Scope};
use crate::Subscription;

/// Removes the deadline after the store has accepted the acknowledgement.
///
/// A subscription without a deadline stays unchanged: the decision has no `next`.
#[must_use]
pub fn reduce_acknowledged(current: &Subscription, scope: &Scope<'_>) -> Decision {
    if current.state.acknowledge_by.is_none() {
        return Decision::untouched(None);
    }
    let mut next = current.clone();
    next.state.acknowledge_by = None;
    next.updated_at = scope.now;
    Decision::keep(next)
}
