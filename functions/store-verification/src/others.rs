//! Other purchases of which the answer about one says something.

use cloud::CloudError;
use cloud::subscriptions::{Change, Entry, PurchaseRecord};
use domain::{Cause, Reading, StoreSnapshot, reduce_superseded};

use crate::evidence::Evidence;
use crate::halt::{Halt, Step};
use crate::report::report_unknown_status;
use crate::store_client::StoreSession;
use crate::task::{Target, Task};
use crate::verify::{ATTEMPTS, Pipeline};

impl Pipeline {
    /// Applies what the answer says of other purchases to those that are stored, as if each had been
    /// checked by the schedule.
    pub(crate) async fn settle_others(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        target: &Target,
        others: &[StoreSnapshot],
    ) -> Step<()> {
        for snapshot in others {
            let key = &target.locator.key;
            let Some(known) = self.resolver.known_by_alias(task, key, snapshot).await? else {
                continue;
            };
            if known.subscription.watermark >= snapshot.observed_at {
                continue;
            }
            if let Reading::UnknownStatus(status) = &snapshot.reading {
                // Its own check decides what comes of it.
                report_unknown_status(task.store(), status);
                continue;
            }
            let other = task.for_another(Cause::Reconciliation);
            let evidence = Evidence::Notice(Box::new(under_its_own_key(snapshot, &known)));
            let mut known = Target::from(known);
            match self.settle(&other, session, &mut known, &evidence).await {
                Err(Halt::Internal(error)) if !matches!(error, CloudError::Conflict(_)) => {
                    return Err(error.into());
                }
                // Its own schedule checks it as well.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Ends a purchase that the answered one has replaced and that had an owner before the store said so:
    /// an app was quicker than the store. There are two subscriptions then.
    pub(crate) async fn end_superseded(
        &self,
        task: &Task<'_>,
        snapshot: &StoreSnapshot,
        successor: &PurchaseRecord,
    ) -> Step<()> {
        let owned = successor.subscription.ownership.customer_id.is_some();
        let notified = matches!(task.cause, Cause::Notification);
        let replaced = snapshot.replaces.as_ref();
        let Some(key) = replaced.filter(|key| **key != snapshot.purchase_key) else {
            return Ok(());
        };
        if !owned || !notified {
            return Ok(());
        }
        for _attempt in 0..ATTEMPTS {
            let Some(Entry::Purchase(old)) = self.resolver.place(task, key).await? else {
                return Ok(());
            };
            let scope = self.decider.scope(task);
            let decision = reduce_superseded(&old.subscription, snapshot, &scope);
            let change = Change::answered(Some(&old), &decision, &old.locator, scope.now);
            match self.committer.commit(task, &change).await {
                Ok(_) => return Ok(()),
                Err(CloudError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Halt::Internal(CloudError::Conflict("a replaced purchase")))
    }
}

/// The snapshot under the key by which the purchase is stored.
fn under_its_own_key(snapshot: &StoreSnapshot, known: &PurchaseRecord) -> StoreSnapshot {
    let mut snapshot = snapshot.clone();
    snapshot.purchase_key = known.locator.key.clone();
    if let Reading::Known(state) = &mut snapshot.reading {
        state.details.extend(known.locator.details.clone());
    }
    snapshot
}
