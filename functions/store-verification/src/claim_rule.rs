//! The broadcaster's rule for claims of one store.

use domain::{Reading, SecondFactor};
use stores::{LookedUp, StoreConfig};

use crate::task::Task;

/// Whether a claim lacks the second factor that its store's rule requires. A customer who `holds` the
/// purchase already has shown it.
pub(crate) fn lacks_second_factor(
    task: &Task<'_>,
    config: &StoreConfig,
    looked_up: &LookedUp,
    holds: bool,
) -> bool {
    let Some(submission) = &task.submission else {
        return false;
    };
    // A rule that requires what no submission can show would refuse everybody.
    let exists = stores::profile(task.store()).second_factor.is_some();
    if !exists || task.rule.second_factor == SecondFactor::Optional || holds {
        return false;
    }
    let Reading::Known(state) = &looked_up.snapshot.reading else {
        // Not decided yet.
        return false;
    };
    let proof = submission.proof.as_ref();
    !config.shows_second_factor(&submission.locator, proof, state)
}
