//! The acknowledgement of a purchase towards its store.

use super::{Decision, Scope};
use crate::Subscription;

/// Decides what follows from an acknowledgement that the store has accepted: nothing is due any more.
///
/// A subscription without a deadline is left as it is: the decision has no `next`.
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
