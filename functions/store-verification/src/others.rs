//! Other purchases that an answer describes or ends.

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
    /// Applies the snapshots of other purchases in the answer to those that are stored, as
    /// scheduled checks would.
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
            // A look-up of its own, or one of another purchase of the customer, has shown something
            // newer.
            if known.subscription.watermark >= snapshot.observed_at {
                continue;
            }
            if let Reading::UnknownStatus(status) = &snapshot.reading {
                // Only reported: its own scheduled check decides how to go on.
                report_unknown_status(task.store(), status);
                continue;
            }
            let other = task.for_another(Cause::Reconciliation);
            let evidence = Evidence::Notice(Box::new(under_its_own_key(snapshot, &known)));
            let mut known = Target::from(known);
            match self.settle(&other, session, &mut known, &evidence).await {
                Err(Halt::Internal(error))
                    if !matches!(error, CloudError::Conflict(_) | CloudError::Busy(_)) =>
                {
                    return Err(error.into());
                }
                // A failure here must not fail the task: the other purchase has scheduled checks of
                // its own.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Ends the purchase that the answered one has replaced, if both have an owner. That happens if
    /// an app submits the new purchase before the store names the old one; then there are two
    /// subscriptions (ADR 17).
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
        // Only by a notification, because that is what names the replaced purchase after an app was
        // quicker (Amazon, ADR 17). A successor without an owner has continued the old subscription
        // instead.
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

/// Returns the snapshot under the key and with the details by which the purchase is stored.
fn under_its_own_key(snapshot: &StoreSnapshot, known: &PurchaseRecord) -> StoreSnapshot {
    let mut snapshot = snapshot.clone();
    snapshot.purchase_key = known.locator.key.clone();
    if let Reading::Known(state) = &mut snapshot.reading {
        state.details.extend(known.locator.details.clone());
    }
    snapshot
}
