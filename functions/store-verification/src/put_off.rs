//! When a store does not answer: wait, and leave the rest to the schedule.

use cloud::item::purchase_partition;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{Change, PutOff, Stored};
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use domain::validation::ValidationFailure;
use domain::{Decision, Status};
use stores::LookUpError;

use crate::acknowledge::warn_if_late;
use crate::backoff::{self, Wait};
use crate::handler::Verifier;
use crate::notice::{parked, usable_notice};
use crate::outcome::outcome;
use crate::session::StoreSession;
use crate::settle::Seen;
use crate::verify::{Verified, Work};

impl Verifier {
    /// The store could not answer. Never a failure, never the end of anybody's access.
    pub(crate) async fn unanswered(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        stored: Option<Stored>,
        error: &LookUpError,
    ) -> Result<Verified, CloudError> {
        let verification = work.verification;
        let now = clock::now();
        let unauthorized = matches!(error, LookUpError::Unauthorized);
        tracing::warn!(
            broadcaster = %verification.broadcaster_id,
            store = %verification.store,
            %error,
            "the store could not answer"
        );
        let mut metrics = Metrics::new(vec![
            ("Store", verification.store.to_string()),
            ("Kind", error.kind().to_owned()),
        ])
        .count("StoreErrors");
        if unauthorized {
            metrics = metrics.count("StoreUnauthorized");
        }
        metrics.write(now);

        if let Some(notice) = usable_notice(verification, stored.as_ref(), &session.config(), now) {
            let settled = self.settle(work, session, &Seen::Notice(&notice)).await?;
            return Ok(settled.verified);
        }
        let asked = match error {
            LookUpError::Throttled { retry_after } => *retry_after,
            _ => None,
        };
        let soon = asked.is_none_or(|asked| asked <= backoff::LONGEST_HIDING);
        let scheduled = verification.deferred
            || matches!(verification.cause, VerificationCause::Reconciliation);
        if soon && !scheduled && !unauthorized {
            return Ok(Verified::Again(asked));
        }
        let wait = if unauthorized {
            Wait::HOURLY
        } else {
            Wait::for_store(asked)
        };
        self.put_off(work, stored, wait).await
    }

    /// Nothing can be learnt of the purchase for now: a claim fails, what is known is kept and looked
    /// at again by the schedule.
    pub(crate) async fn refused(
        &self,
        work: &Work<'_>,
        stored: Option<Stored>,
        why: ValidationFailure,
    ) -> Result<Verified, CloudError> {
        if work.submission.is_none() {
            return self.put_off(work, stored, Wait::HOURLY).await;
        }
        self.fail(work, why).await
    }

    /// Ends a submission with a failure.
    async fn fail(&self, work: &Work<'_>, why: ValidationFailure) -> Result<Verified, CloudError> {
        let decision = Decision::failed(Some(why));
        let change = Change::new(None, &decision, &work.locator, clock::now());
        match self.write(work, &change).await {
            Ok(()) => Ok(Verified::Done(outcome(&decision))),
            Err(CloudError::Conflict(_)) if !self.still_pending(work).await? => {
                Ok(Verified::Done("answered before"))
            }
            Err(error) => Err(error),
        }
    }

    /// Keeps a notification in the table of purchases. Answers whether it is kept.
    pub(crate) async fn defer(
        &self,
        verification: &Verification,
        wait: Wait,
    ) -> Result<bool, CloudError> {
        if !matches!(verification.cause, VerificationCause::Notification { .. }) {
            return Ok(false);
        }
        let now = clock::now();
        let store = verification.store;
        let key = &verification.locator.key;
        let spread_by = purchase_partition(&verification.broadcaster_id, store, key);
        let due_at = |times| backoff::deferred(now, times, wait, &spread_by);
        let kept = self.purchases.defer(verification, due_at).await?;
        let metrics = Metrics::new(vec![("Store", store.to_string())]);
        if kept {
            metrics.count("NotificationsDeferred").write(now);
        } else {
            tracing::error!(broadcaster = %verification.broadcaster_id, %store, "a notification is given up: its store has not answered for 30 days");
            metrics.count("NotificationsGivenUp").write(now);
        }
        Ok(kept)
    }

    /// Leaves the rest to the schedule.
    pub(crate) async fn put_off(
        &self,
        work: &Work<'_>,
        stored: Option<Stored>,
        wait: Wait,
    ) -> Result<Verified, CloudError> {
        let verification = work.verification;
        let now = clock::now();
        let spread_by = purchase_partition(
            &verification.broadcaster_id,
            verification.store,
            &work.locator.key,
        );
        if let Some(submission) = &work.submission {
            let unpaid = stored
                .as_ref()
                .is_some_and(|stored| stored.subscription.state.status == Status::Pending);
            let Some(due_at) = backoff::of_submission(submission, unpaid, now, wait, &spread_by)
            else {
                return self.fail(work, ValidationFailure::StoreUndecided).await;
            };
            self.purchases.put_off(submission, due_at).await?;
            return Ok(Verified::Done("put off"));
        }
        // What is stored is looked at by the schedule. Nothing else remembers a purchase that is not,
        // or a payment that was taken back.
        let unremembered = stored.is_none() || verification.cause.voided().is_some();
        let kept = unremembered && self.defer(verification, wait).await?;
        let Some(stored) = stored else {
            return Ok(match (kept, &verification.cause) {
                (true, _) => Verified::Deferred,
                (false, VerificationCause::Notification { .. }) => Verified::Done("given up"),
                // Another purchase has taken over meanwhile.
                (false, _) => Verified::Done("not stored"),
            });
        };
        let put_off = PutOff {
            due_at: backoff::scheduled(now, stored.put_off, wait, &spread_by),
            times: stored.put_off.saturating_add(1),
        };
        let notice = parked(verification).or(stored.notice);
        let before = &stored.subscription;
        let mut next = before.clone();
        next.version += 1;
        let decision = Decision::keep(next);
        let change = Change {
            notice: notice.as_ref(),
            receipt: stored.receipt.as_ref(),
            put_off: Some(put_off),
            ..Change::new(Some(before), &decision, &work.locator, now)
        };
        self.write(work, &change).await?;
        warn_if_late(before, now);
        Ok(match kept {
            true => Verified::Deferred,
            false => Verified::Done("put off"),
        })
    }
}
