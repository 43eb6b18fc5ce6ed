//! The broadcaster's rule for claims of one store.

use domain::{Reading, SecondFactor};
use stores::LookedUp;

use crate::task::Task;

/// Whether a claim lacks the second factor that its store's rule requires. A customer who `holds` the
/// purchase already has shown it.
pub(crate) fn lacks_second_factor(task: &Task<'_>, looked_up: &LookedUp, holds: bool) -> bool {
    let Some(submission) = &task.submission else {
        return false;
    };
    let Some(field) = stores::second_factor(task.store()) else {
        return false;
    };
    if task.rule.second_factor == SecondFactor::Optional || holds {
        return false;
    }
    let Reading::Known(state) = &looked_up.snapshot.reading else {
        // Not decided yet.
        return false;
    };
    let shown = submission.locator.details.get(field);
    shown.is_none() || shown != state.details.get(field)
}
