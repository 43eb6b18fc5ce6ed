//! When a store does not answer: wait, and leave the rest to the schedule.

use cloud::queue::VerificationCause;
use cloud::subscriptions::{Change, PutOff, Stored};
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use domain::Decision;
use domain::validation::ValidationFailure;
use stores::{LookUpError, StoreConfig};

use crate::acknowledge::warn_if_late;
use crate::backoff::{self, Wait};
use crate::handler::Verifier;
use crate::notice::{parked, usable_notice};
use crate::outcome::outcome;
use crate::settle::Seen;
use crate::verify::{Verified, Work};

impl Verifier {
    /// A claim on which the store has not decided is asked about again, in the end by the schedule.
    pub(crate) async fn undecided(
        &self,
        work: &Work<'_>,
        settled: Verified,
        last_delivery: bool,
    ) -> Result<Verified, CloudError> {
        match settled {
            Verified::Again(_) if last_delivery => {
                self.put_off(work, None, Wait::for_store(None)).await
            }
            settled => Ok(settled),
        }
    }

    /// The store could not answer. Never a failure, never the end of anybody's access.
    pub(crate) async fn unanswered(
        &self,
        work: &Work<'_>,
        config: &StoreConfig,
        stored: Option<Stored>,
        error: &LookUpError,
        last_delivery: bool,
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
            self.secrets
                .forget(&verification.broadcaster_id, verification.store)
                .await;
        }
        metrics.write(now);

        if let Some(notice) = usable_notice(verification, stored.as_ref(), config, now) {
            let settled = self.settle(work, config, &Seen::Notice(&notice)).await?;
            return Ok(settled.verified);
        }
        let asked = match error {
            LookUpError::Throttled { retry_after } => *retry_after,
            _ => None,
        };
        let soon = asked.is_none_or(|asked| asked <= backoff::LONGEST_HIDING);
        let scheduled = matches!(verification.cause, VerificationCause::Reconciliation);
        if soon && !scheduled && !last_delivery && !unauthorized {
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

    /// Leaves the rest to the schedule.
    pub(crate) async fn put_off(
        &self,
        work: &Work<'_>,
        stored: Option<Stored>,
        wait: Wait,
    ) -> Result<Verified, CloudError> {
        let verification = work.verification;
        let now = clock::now();
        let spread_by = work.locator.key.fingerprint();
        if let Some(submission) = &work.submission {
            let due_at = backoff::scheduled(now, submission.put_off, wait, &spread_by);
            self.purchases.put_off(submission, due_at).await?;
            return Ok(Verified::Done("put off"));
        }
        let Some(stored) = stored else {
            // Nobody claimed it: a claim will ask the store anew.
            return Ok(Verified::Done("nobody's, dropped"));
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
        Ok(Verified::Done("put off"))
    }
}
