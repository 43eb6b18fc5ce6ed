//! Rescheduling of look-ups that the store could not answer now.

use cloud::item::purchase_partition;
use cloud::purchases::Purchases;
use cloud::queue::Verification;
use cloud::retry::backoff::{self, Wait};
use cloud::subscriptions::Subscriptions;
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use domain::{Locator, Status};

use crate::notice::parked;
use crate::outcome::Outcome;
use crate::report::warn_if_late;
use crate::task::Task;

/// Client of the tables whose items the schedule reads.
#[derive(Debug)]
pub(crate) struct Rescheduler {
    pub(crate) subscriptions: Subscriptions,
    pub(crate) purchases: Purchases,
}

impl Rescheduler {
    /// Stores when the schedule tries a task again. Returns `None` for a submission that has waited
    /// for its whole time and fails instead.
    pub(crate) async fn reschedule(
        &self,
        task: &Task<'_>,
        locator: &Locator,
        wait: Wait,
    ) -> Result<Option<Outcome>, CloudError> {
        let verification = task.verification;
        let (purchase, now) = (task.purchase(&locator.key), clock::now());
        let stored = self.subscriptions.current(&purchase).await?;
        let spread_by = purchase_partition(&purchase);
        if let Some(submission) = &task.submission {
            let unpaid = stored
                .as_ref()
                .is_some_and(|stored| stored.subscription.state.status == Status::Pending);
            let due_at = backoff::of_submission(submission, unpaid, now, wait, &spread_by);
            let Some(due_at) = due_at else {
                return Ok(None);
            };
            self.purchases.defer_submission(submission, due_at).await?;
            return Ok(Some(Outcome::Rescheduled));
        }
        // A stored purchase is checked again by its own date. A purchase that is not stored has
        // none, and no answer may ever show a voided payment, so these notifications are stored
        // themselves.
        let unremembered = stored.is_none() || verification.cause.voided().is_some();
        let deferred = unremembered && self.defer(verification, wait).await?;
        let Some(stored) = stored else {
            return Ok(Some(match deferred {
                true => Outcome::Deferred,
                false if task.is_notification() => Outcome::GivenUp,
                // Another purchase has replaced it since the check was queued.
                false => Outcome::NotStored,
            }));
        };
        let due_at = backoff::scheduled(now, stored.deferrals, wait, &spread_by);
        let notice = parked(verification);
        self.subscriptions
            .reschedule(&stored, due_at, notice.as_ref(), now)
            .await?;
        warn_if_late(&stored.subscription, now);
        Ok(Some(match deferred {
            true => Outcome::Deferred,
            false => Outcome::Rescheduled,
        }))
    }

    /// Stores a notification until its store has answered (ADR 26). Returns whether it is stored:
    /// only notifications are, and at most for 30 days.
    pub(crate) async fn defer(
        &self,
        verification: &Verification,
        wait: Wait,
    ) -> Result<bool, CloudError> {
        if !verification.cause.is_notification() {
            return Ok(false);
        }
        let now = clock::now();
        let store = verification.store;
        let spread_by = purchase_partition(&verification.purchase());
        let due_at = |times| backoff::deferred(now, times, wait, &spread_by);
        let kept = self
            .purchases
            .defer_notification(verification, due_at)
            .await?;
        let metrics = Metrics::new(vec![("Store", store.to_string())]);
        if kept {
            metrics.count("NotificationsDeferred").write(now);
        } else {
            tracing::error!(broadcaster = %verification.broadcaster_id, %store, "a notification is given up: its store has not answered for 30 days");
            metrics.count("NotificationsGivenUp").write(now);
        }
        Ok(kept)
    }
}
