//! Second factor of claims, by the broadcaster's rule for the store.

use cloud::subscriptions::PurchaseRecord;
use domain::{Reading, SecondFactor, StoreSnapshot};
use stores::StoreConfig;

use crate::task::Task;

/// Whether a claim lacks the second factor that its store's rule requires. A customer who holds the
/// stored purchase already needs none.
pub(crate) fn lacks_second_factor(
    task: &Task<'_>,
    config: &StoreConfig,
    snapshot: &StoreSnapshot,
    stored: Option<&PurchaseRecord>,
) -> bool {
    let Some(submission) = &task.submission else {
        return false;
    };
    let holder = stored.and_then(|stored| stored.subscription.ownership.customer_id.as_ref());
    let holds = holder == Some(&submission.customer_id);
    // A rule that requires what no submission can show would refuse everybody.
    let exists = stores::profile(task.store()).second_factor.is_some();
    if !exists || task.rule.second_factor == SecondFactor::Optional || holds {
        return false;
    }
    let Reading::Known(state) = &snapshot.reading else {
        // Without a state there is nothing to compare the factor with. The claim does not succeed
        // by such an answer either: it stays undecided, or fails because the purchase was replaced.
        return false;
    };
    let proof = submission.proof.as_ref();
    !config.shows_second_factor(&submission.locator, proof, state)
}
