//! Acknowledgement of a purchase at its store, once its owner has access.

use cloud::CloudError;
use cloud::subscriptions::{Change, NextCheck, PurchaseRecord};
use domain::reduce_acknowledged;

use crate::halt::{Halt, Step};
use crate::report::warn_if_late;
use crate::store_client::StoreSession;
use crate::task::{Target, Task};
use crate::verify::Pipeline;

impl Pipeline {
    /// Acknowledges a purchase whose owner has access. A failure is logged and tried again with the
    /// next check, which is due in about 15 minutes.
    pub(crate) async fn acknowledge(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        target: &Target,
        stored: &PurchaseRecord,
    ) -> Step<()> {
        let (subscription, now) = (&stored.subscription, task.deadline.now());
        if subscription.state.acknowledge_by.is_none() || !subscription.access_granted(now) {
            return Ok(());
        }
        let store = &self.fetcher.store;
        let call = store.acknowledge(task, session, &target.locator, &subscription.state);
        match call.await {
            Ok(()) => {}
            Err(Halt::Store(error)) => {
                tracing::warn!(store = %task.store(), %error, "a purchase could not be acknowledged");
                warn_if_late(subscription, now);
                return Ok(());
            }
            Err(halt) => return Err(halt),
        }
        let scope = self.decider.scope(task);
        let decision = reduce_acknowledged(subscription, &scope);
        let change = Change {
            next_check: NextCheck::Scheduled,
            ..Change::unasked(stored, &decision, scope.now)
        };
        match self
            .committer
            .subscriptions
            .write(&change, Vec::new())
            .await
        {
            // No need to repeat a write that lost or was throttled: the store's next answer shows
            // the acknowledgement.
            Ok(_) | Err(CloudError::Conflict(_) | CloudError::Busy(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
