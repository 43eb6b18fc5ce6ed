//! Three kinds of due items, each with its index and the verification that it becomes.

use cloud::CloudError;
use cloud::due::{Due, DueIndex};
use cloud::purchases::{DueSubmission, Purchases, deferred_shard};
use cloud::queue::{Delayed, Verification, VerificationCause};
use cloud::subscriptions::{DueCheck, Subscriptions};
use domain::{BroadcasterId, Timestamp};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::budget::{Budget, postponed};
use crate::tenants::Tenants;

/// Kind of due items.
pub(crate) trait Kind {
    /// Attributes that the index contains of an item.
    type Content: DeserializeOwned;

    fn index(&self) -> DueIndex<Self::Content>;

    /// Returns the name of the shard for items of this kind.
    fn shard(&self, shard: &str) -> String {
        shard.to_owned()
    }

    /// Takes an item, at least until `lease`. `None` if it is no longer due, its broadcaster is gone,
    /// or it was postponed.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    async fn take(
        &self,
        due: &Due<Self::Content>,
        lease: Timestamp,
    ) -> Result<Option<Taken>, CloudError>;
}

/// Item that was taken.
pub(crate) struct Taken {
    /// Message to queue.
    pub(crate) message: Delayed,
    /// Time at which the item is due again.
    pub(crate) until: Timestamp,
}

/// Submissions without an outcome.
pub(crate) struct Submissions<'a> {
    pub(crate) purchases: &'a Purchases,
    pub(crate) tenants: &'a Tenants,
}

impl Kind for Submissions<'_> {
    type Content = DueSubmission;

    fn index(&self) -> DueIndex<DueSubmission> {
        self.purchases.due_submissions()
    }

    async fn take(
        &self,
        due: &Due<DueSubmission>,
        lease: Timestamp,
    ) -> Result<Option<Taken>, CloudError> {
        let content = &due.content;
        let owner = &content.broadcaster_id;
        let taken = take_of(owner, self.tenants, &self.index(), due, lease).await?;
        let verification = || {
            Verification::new(
                content.broadcaster_id.clone(),
                content.store,
                content.locator.clone(),
                VerificationCause::Claim {
                    correlation_id: content.correlation_id,
                    customer_id: content.customer_id.clone(),
                },
                content.submitted_at,
            )
        };
        Ok(taken.then(|| Taken {
            message: verification().into(),
            until: lease,
        }))
    }
}

/// Deferred notifications: about purchases that are not stored, and about voided payments, which
/// only a notification reports.
pub(crate) struct Notifications<'a> {
    pub(crate) purchases: &'a Purchases,
}

impl Kind for Notifications<'_> {
    type Content = IgnoredAny;

    fn index(&self) -> DueIndex<IgnoredAny> {
        self.purchases.due_notifications()
    }

    fn shard(&self, shard: &str) -> String {
        deferred_shard(shard)
    }

    async fn take(
        &self,
        due: &Due<IgnoredAny>,
        lease: Timestamp,
    ) -> Result<Option<Taken>, CloudError> {
        // Whether the broadcaster still exists is left to the verification, which ends the
        // notification of a deleted one.
        let taken = self.purchases.take_notification(due, lease).await?;
        Ok(taken.map(|verification| Taken {
            message: verification.into(),
            until: lease,
        }))
    }
}

/// Scheduled checks of subscriptions.
pub(crate) struct Checks<'a> {
    pub(crate) subscriptions: &'a Subscriptions,
    pub(crate) tenants: &'a Tenants,
    pub(crate) budget: Budget,
    pub(crate) now: Timestamp,
}

impl Kind for Checks<'_> {
    type Content = DueCheck;

    fn index(&self) -> DueIndex<DueCheck> {
        self.subscriptions.due_checks()
    }

    async fn take(
        &self,
        due: &Due<DueCheck>,
        lease: Timestamp,
    ) -> Result<Option<Taken>, CloudError> {
        let DueCheck {
            broadcaster_id,
            store,
            locator,
        } = &due.content;
        let index = self.index();
        let Some(settings) = self.tenants.settings(broadcaster_id).await? else {
            index.retire(due).await?;
            return Ok(None);
        };
        let per_day = settings.checks_per_day(*store);
        let pair = (broadcaster_id.clone(), *store);
        let Some(seconds) = self.budget.spend(pair, per_day).await else {
            let key = locator.key.as_str();
            let _postponed = index.take(due, postponed(self.now, key)).await?;
            return Ok(None);
        };
        // Moved to the date after this check, so that one that finds nothing new has nothing to write
        // (ADR 47).
        let next = self.subscriptions.after_check(due, self.now).await?;
        let next = next.unwrap_or(lease);
        let taken = index.take(due, next).await?;
        let verification = || {
            Verification::new(
                broadcaster_id.clone(),
                *store,
                locator.clone(),
                VerificationCause::Reconciliation,
                // By the time of this run, so that the check is skipped if the store is asked for
                // another reason before its message is received.
                self.now,
            )
        };
        Ok(taken.then(|| Taken {
            message: Delayed {
                verification: verification(),
                seconds,
            },
            until: next,
        }))
    }
}

/// Takes an item of a broadcaster. One whose broadcaster is gone leaves the schedule instead: it
/// stays in the table if the history is kept, and would be due for ever.
async fn take_of<T: DeserializeOwned>(
    owner: &BroadcasterId,
    tenants: &Tenants,
    index: &DueIndex<T>,
    due: &Due<T>,
    lease: Timestamp,
) -> Result<bool, CloudError> {
    if tenants.settings(owner).await?.is_some() {
        return index.take(due, lease).await;
    }
    index.retire(due).await?;
    Ok(false)
}
