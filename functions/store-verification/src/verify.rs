//! One verification: ask the store, let the reducer decide, write state and events in one write.

use std::time::Duration;

use cloud::purchases::Request as Submission;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{Change, ParkedNotice, PutOff, Stored};
use cloud::{CloudError, clock};
use domain::validation::{ClaimResult, ValidationFailure};
use domain::{
    BroadcasterSettings, Cause, Claim, Decision, Observation, Reading, Scope, StoreSnapshot,
    Subscription, Timestamp, reduce, reduce_missing,
};
use stores::LookUpError;

use crate::backoff::Wait;
use crate::handler::Verifier;
use crate::outcome::{answered, note, outcome};

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
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
pub(crate) enum Seen {
    Snapshot(StoreSnapshot),
    Missing(Timestamp),
}

/// What one verification works with.
pub(crate) struct Work<'a> {
    pub(crate) verification: &'a Verification,
    cause: Cause,
    pub(crate) submission: Option<Submission>,
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

    /// Decides and writes; decides anew where somebody else wrote first.
    pub(crate) async fn settle(&self, work: &Work<'_>, seen: Seen) -> Result<Verified, CloudError> {
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
            if decision.unknown_status.is_some()
                && decision.next.is_none()
                && work.submission.is_none()
            {
                return self.put_off(work, stored, Wait::HOURLY).await;
            }
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

    pub(crate) async fn write(
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

    pub(crate) async fn still_pending(&self, work: &Work<'_>) -> Result<bool, CloudError> {
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
