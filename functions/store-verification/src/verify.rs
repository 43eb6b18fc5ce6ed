//! One verification: ask the store, let the reducer decide, write state and events in one write.

use std::time::Duration;

use cloud::purchases::Request as Submission;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{Change, ParkedNotice, PutOff, Stored};
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use domain::validation::{ClaimResult, ValidationFailure, ValidationOutcome, Verdict};
use domain::{
    BroadcasterSettings, Cause, Claim, Decision, EventId, Observation, Reading, Scope,
    StoreSnapshot, Subscription, Timestamp, reduce, reduce_missing,
};
use stores::{Alone, LookUpError, StoreConfig};

use crate::backoff::{self, Wait};
use crate::handler::Verifier;

/// How often a write is decided anew after somebody else wrote first.
const ATTEMPTS: usize = 6;

/// How a verification went.
pub(crate) enum Verified {
    /// The message is done with.
    Done(&'static str),
    /// The store could not answer: ask again, not before this time has passed.
    Again(Option<Duration>),
}

/// What the store was seen to say.
enum Seen {
    Snapshot(StoreSnapshot),
    Missing(Timestamp),
}

/// What one verification works with.
struct Work<'a> {
    verification: &'a Verification,
    cause: Cause,
    submission: Option<Submission>,
    settings: BroadcasterSettings,
}

impl Verifier {
    pub(crate) async fn verify(
        &self,
        verification: &Verification,
        last_delivery: bool,
    ) -> Result<Verified, CloudError> {
        let submission = match self.submission(verification).await? {
            Pending::NotAClaim => None,
            Pending::Yes(submission) => Some(*submission),
            Pending::Ended => return Ok(Verified::Done("answered before")),
        };
        let broadcaster = &verification.broadcaster_id;
        let Some(profile) = self.broadcasters.profile(broadcaster).await? else {
            return Ok(Verified::Done("unknown broadcaster"));
        };
        let work = Work {
            verification,
            cause: cause(&verification.cause),
            submission,
            settings: profile.settings,
        };
        let stored = self.stored(verification).await?;
        if work.submission.is_none() && seen_since(stored.as_ref(), verification) {
            return Ok(Verified::Done("seen since"));
        }
        let Some(config) = self.secrets.get(broadcaster, verification.store).await? else {
            return self
                .refused(&work, stored, ValidationFailure::NotConfigured)
                .await;
        };
        let observed_at = clock::now();
        let looked = self
            .connectors
            .look_up(&config, &verification.locator, observed_at)
            .await;
        let error = match looked {
            Ok(snapshot) => {
                let settled = self.settle(&work, Seen::Snapshot(snapshot)).await?;
                return self.undecided(&work, settled, last_delivery).await;
            }
            Err(LookUpError::NotFound) => {
                return self.settle(&work, Seen::Missing(observed_at)).await;
            }
            Err(LookUpError::Rejected(reason)) => {
                tracing::warn!(%broadcaster, store = %verification.store, reason, "the store rejected a purchase");
                return self
                    .refused(&work, stored, ValidationFailure::StoreRejected)
                    .await;
            }
            Err(error) => error,
        };
        self.unanswered(&work, &config, stored, &error, last_delivery)
            .await
    }

    /// A claim on which the store has not decided is asked about again, in the end by the schedule.
    async fn undecided(
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

    /// Decides and writes; decides anew where somebody else wrote first.
    async fn settle(&self, work: &Work<'_>, seen: Seen) -> Result<Verified, CloudError> {
        let verification = work.verification;
        let offer = match &seen {
            Seen::Snapshot(StoreSnapshot {
                reading: Reading::Known(state),
                ..
            }) => {
                self.broadcasters
                    .offer_of_product(
                        &verification.broadcaster_id,
                        verification.store,
                        &state.product_id,
                    )
                    .await?
            }
            _ => None,
        };
        let observation = match seen {
            Seen::Missing(at) => Err(at),
            Seen::Snapshot(snapshot) => Ok(Observation { snapshot, offer }),
        };
        for _attempt in 0..ATTEMPTS {
            let stored = self.stored(verification).await?;
            let current = stored.as_ref().map(|stored| &stored.subscription);
            let scope = self.scope(work);
            let decision = match &observation {
                Ok(observation) => reduce(current, observation, &work.cause, &scope),
                Err(at) => reduce_missing(current, *at, &work.cause, &scope),
            };
            note(verification, &decision);
            if decision.claim == Some(ClaimResult::Undecided) {
                self.write(work, current, &decision, None, None).await?;
                return Ok(Verified::Again(None));
            }
            match self.write(work, current, &decision, None, None).await {
                Ok(()) => return Ok(Verified::Done(outcome(&decision))),
                Err(CloudError::Conflict(_)) if self.still_pending(work).await? => {}
                Err(CloudError::Conflict(_)) => return Ok(Verified::Done("answered before")),
                Err(error) => return Err(error),
            }
        }
        Err(CloudError::Conflict("the purchase"))
    }

    /// The store could not answer. Never a failure, never the end of anybody's access.
    async fn unanswered(
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
            return self.settle(work, Seen::Snapshot(notice)).await;
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
    async fn refused(
        &self,
        work: &Work<'_>,
        stored: Option<Stored>,
        why: ValidationFailure,
    ) -> Result<Verified, CloudError> {
        if work.submission.is_none() {
            return self.put_off(work, stored, Wait::HOURLY).await;
        }
        let decision = Decision::failed(Some(why));
        match self.write(work, None, &decision, None, None).await {
            Ok(()) | Err(CloudError::Conflict(_)) => Ok(Verified::Done(outcome(&decision))),
            Err(error) => Err(error),
        }
    }

    /// Leaves the rest to the schedule.
    async fn put_off(
        &self,
        work: &Work<'_>,
        stored: Option<Stored>,
        wait: Wait,
    ) -> Result<Verified, CloudError> {
        let verification = work.verification;
        let now = clock::now();
        let spread_by = verification.locator.key.fingerprint();
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
        self.write(
            work,
            Some(before),
            &decision,
            notice.as_ref(),
            Some(put_off),
        )
        .await?;
        Ok(Verified::Done("put off"))
    }

    async fn write(
        &self,
        work: &Work<'_>,
        before: Option<&Subscription>,
        decision: &Decision,
        notice: Option<&ParkedNotice>,
        put_off: Option<PutOff>,
    ) -> Result<(), CloudError> {
        let now = clock::now();
        let mut others = Vec::new();
        if let Some(submission) = &work.submission
            && let Some(outcome) = answered(submission, before, decision, now)
        {
            let ended = Submission {
                outcome: Some(outcome),
                ..submission.clone()
            };
            others.push(self.purchases.finish(&ended)?);
        }
        let change = Change {
            before,
            decision,
            locator: &work.verification.locator,
            notice,
            put_off,
            now,
        };
        self.subscriptions.write(&change, others).await
    }

    async fn stored(&self, verification: &Verification) -> Result<Option<Stored>, CloudError> {
        self.subscriptions
            .current(
                &verification.broadcaster_id,
                verification.store,
                &verification.locator.key,
            )
            .await
    }

    async fn submission(&self, verification: &Verification) -> Result<Pending, CloudError> {
        let Some(correlation) = verification.cause.correlation_id() else {
            return Ok(Pending::NotAClaim);
        };
        let found = self
            .purchases
            .request(&verification.broadcaster_id, correlation)
            .await?;
        Ok(match found {
            Some(submission) if submission.outcome.is_none() => Pending::Yes(Box::new(submission)),
            _ => Pending::Ended,
        })
    }

    async fn still_pending(&self, work: &Work<'_>) -> Result<bool, CloudError> {
        let pending = self.submission(work.verification).await?;
        Ok(!matches!(pending, Pending::Ended))
    }

    fn scope<'a>(&self, work: &'a Work<'_>) -> Scope<'a> {
        Scope {
            broadcaster_id: &work.verification.broadcaster_id,
            environment: self.environment,
            settings: &work.settings,
            received_at: work
                .submission
                .as_ref()
                .map_or(work.verification.received_at, |submission| {
                    submission.submitted_at
                }),
            now: clock::now(),
        }
    }
}

enum Pending {
    NotAClaim,
    Yes(Box<Submission>),
    Ended,
}

fn cause(cause: &VerificationCause) -> Cause {
    match cause {
        VerificationCause::Claim {
            correlation_id,
            customer_id,
        } => Cause::Claim(Claim {
            customer_id: customer_id.clone(),
            correlation_id: *correlation_id,
        }),
        VerificationCause::Notification { .. } => Cause::Notification,
        VerificationCause::Reconciliation => Cause::Reconciliation,
    }
}

/// Whether the store was asked after this word was received: then its answer is known already.
fn seen_since(stored: Option<&Stored>, verification: &Verification) -> bool {
    stored.is_some_and(|stored| stored.subscription.watermark > verification.received_at)
}

/// The state that the store signed, where it may stand in for the store's answer: an end may at
/// once, anything else when the store could not be asked for too long.
fn usable_notice(
    verification: &Verification,
    stored: Option<&Stored>,
    config: &StoreConfig,
    now: Timestamp,
) -> Option<StoreSnapshot> {
    let waited = |since: Timestamp| {
        let waited = now.duration_since(since);
        Duration::try_from(waited).is_ok_and(|waited| waited >= stores::give_up_after(config))
    };
    let fresh = parked(verification);
    if let Some(parked) = &fresh
        && parked.notice.alone == Alone::AtOnce
    {
        return Some(parked.notice.snapshot.clone());
    }
    fresh
        .or_else(|| stored.and_then(|stored| stored.notice.clone()))
        .filter(|parked| waited(parked.received_at))
        .map(|parked| parked.notice.snapshot)
}

fn parked(verification: &Verification) -> Option<ParkedNotice> {
    match &verification.cause {
        VerificationCause::Notification {
            notice: Some(notice),
            ..
        } => Some(ParkedNotice {
            notice: notice.as_ref().clone(),
            received_at: verification.received_at,
        }),
        _ => None,
    }
}

/// The outcome that the decision gives a submission, if it gives one.
fn answered(
    submission: &Submission,
    before: Option<&Subscription>,
    decision: &Decision,
    now: Timestamp,
) -> Option<ValidationOutcome> {
    let verdict = match decision.claim.as_ref()? {
        ClaimResult::Undecided => return None,
        ClaimResult::Failed(error) => Verdict::Failure {
            error: *error,
            details: submission.locator.details.clone(),
        },
        ClaimResult::Succeeded { result, previous } => Verdict::Success {
            result: *result,
            subscription: Box::new(decision.next.as_ref().or(before)?.clone()),
            previous_customer_id: previous.as_ref().map(|(customer, _)| customer.clone()),
            previous_subscription_id: previous.as_ref().map(|(_, subscription)| *subscription),
        },
    };
    Some(ValidationOutcome {
        event_id: EventId::of_validation(submission.correlation_id),
        correlation_id: submission.correlation_id,
        store: submission.store,
        customer_id: submission.customer_id.clone(),
        decided_at: now,
        received_at: submission.submitted_at,
        verdict,
    })
}

fn outcome(decision: &Decision) -> &'static str {
    match &decision.claim {
        Some(ClaimResult::Failed(_)) => "failed",
        Some(ClaimResult::Succeeded { .. }) => "succeeded",
        Some(ClaimResult::Undecided) => "undecided",
        None if decision.next.is_none() => "older than what is known",
        None if decision.events.is_empty() => "unchanged",
        None => "changed",
    }
}

/// Counts what a person should know of.
fn note(verification: &Verification, decision: &Decision) {
    let metrics = Metrics::new(vec![("Store", verification.store.to_string())]);
    if let Some(status) = &decision.unknown_status {
        tracing::error!(store = %verification.store, status, "the store named an unknown status");
        metrics.count("UnknownStatus").write(clock::now());
    } else if decision.unmapped_product {
        tracing::warn!(broadcaster = %verification.broadcaster_id, store = %verification.store, "no offer lists the product");
        metrics.count("UnmappedProduct").write(clock::now());
    }
}
