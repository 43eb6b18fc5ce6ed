//! One verification: ask the store, let the reducer decide, write state and events in one write.

use std::time::Duration;

use cloud::purchases::Request as Submission;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{Place, Stored};
use cloud::{CloudError, clock};
use domain::validation::ValidationFailure;
use domain::{BroadcasterSettings, Cause, Claim, Reading, Scope, Timestamp};
use stores::{Locator, LookUpError, LookedUp, StoreConfig};

use crate::handler::Verifier;
use crate::names::Led;
use crate::settle::Seen;

/// How a verification went.
pub(crate) enum Verified {
    /// The message is done with.
    Done(&'static str),
    /// The store could not answer: ask again, not before this time has passed.
    Again(Option<Duration>),
}

/// What one verification works with.
pub(crate) struct Work<'a> {
    pub(crate) verification: &'a Verification,
    /// The purchase that it is about: what the message names, or where that name leads.
    pub(crate) locator: Locator,
    pub(crate) cause: Cause,
    pub(crate) submission: Option<Submission>,
    pub(crate) settings: BroadcasterSettings,
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
        let mut work = Work {
            verification,
            locator: verification.locator.clone(),
            cause: cause(verification, submission.as_ref()),
            submission,
            settings: profile.settings,
        };
        let stored = match self.place(&work).await? {
            Some(Place::Purchase(stored)) => Some(stored),
            None => None,
            Some(Place::Lead(lead)) => match self.led(&mut work, &lead).await? {
                Led::Onward(stored) => Some(*stored),
                Led::NoFurther(verified) => return Ok(verified),
            },
        };
        if work.submission.is_none() && seen_since(stored.as_ref(), verification) {
            return Ok(Verified::Done("seen since"));
        }
        if let Some(stored) = &stored {
            work.locator = informed(stored, &work);
        }
        let Some(config) = self.secrets.get(broadcaster, verification.store).await? else {
            return self
                .refused(&work, stored, ValidationFailure::NotConfigured)
                .await;
        };
        let observed_at = clock::now();
        let known = stored.is_some();
        let looked = self.look(&mut work, &config, known, observed_at);
        let answer = match looked.await? {
            Looked::At(answer) => answer,
            Looked::NoFurther(verified) => return Ok(verified),
        };
        let error = match answer {
            Ok(looked_up) => {
                return self
                    .answered(&work, &config, &looked_up, last_delivery)
                    .await;
            }
            Err(LookUpError::NotFound) => {
                let missing = Seen::Missing(observed_at);
                return Ok(self.settle(&work, &config, &missing).await?.verified);
            }
            Err(LookUpError::Rejected(reason)) => {
                tracing::warn!(%broadcaster, store = %verification.store, reason, "the store rejected a purchase");
                return self
                    .refused(&work, stored, ValidationFailure::StoreRejected)
                    .await;
            }
            Err(error) => error,
        };
        let stored = match stored {
            // Its own name may lead nowhere while the one that the store told does.
            None => self.known(&work).await?,
            stored => stored,
        };
        self.unanswered(&work, &config, stored, &error, last_delivery)
            .await
    }

    /// Asks the store, in turn. What is asked for by another id than its key, the work is about under
    /// its key from then on. A purchase that is not known by its key, but by another name, is asked for
    /// under the key by which it is.
    async fn look(
        &self,
        work: &mut Work<'_>,
        config: &StoreConfig,
        mut known: bool,
        observed_at: Timestamp,
    ) -> Result<Looked, CloudError> {
        let looked_up = match self.ask(work, config, &work.locator, observed_at).await? {
            Ok(looked_up) => looked_up,
            Err(error) => return Ok(Looked::At(Err(error))),
        };
        let key = &looked_up.snapshot.purchase_key;
        if *key != work.locator.key {
            work.locator.key = key.clone();
            match self.place(work).await? {
                Some(Place::Purchase(stored)) => {
                    known = true;
                    let asked = work.locator.details.clone();
                    if let Reading::Known(state) = &looked_up.snapshot.reading {
                        work.locator.details = state.details.clone();
                        work.locator.details.extend(asked);
                    }
                    let informed = informed(&stored, work);
                    if informed != work.locator {
                        work.locator = informed;
                        return self.look_again(work, config, observed_at).await;
                    }
                }
                None => known = false,
                Some(Place::Lead(lead)) => {
                    return match self.led(work, &lead).await? {
                        Led::NoFurther(verified) => Ok(Looked::NoFurther(verified)),
                        Led::Onward(_) => self.look_again(work, config, observed_at).await,
                    };
                }
            }
        }
        if known {
            return Ok(Looked::At(Ok(looked_up)));
        }
        match self.known_by_alias(work, &looked_up.snapshot).await? {
            None => Ok(Looked::At(Ok(looked_up))),
            Some(known) => {
                work.locator = known.locator;
                self.look_again(work, config, observed_at).await
            }
        }
    }

    /// The purchase that the work is about, where it is known.
    async fn known(&self, work: &Work<'_>) -> Result<Option<Stored>, CloudError> {
        Ok(match self.place(work).await? {
            Some(Place::Purchase(stored)) => Some(stored),
            _ => None,
        })
    }

    async fn look_again(
        &self,
        work: &Work<'_>,
        config: &StoreConfig,
        observed_at: Timestamp,
    ) -> Result<Looked, CloudError> {
        let asked = self.ask(work, config, &work.locator, observed_at);
        asked.await.map(Looked::At)
    }

    /// Acts on the store's answer: what it says of the purchase, what it asks for in return, and what
    /// it says of others.
    async fn answered(
        &self,
        work: &Work<'_>,
        config: &StoreConfig,
        looked_up: &LookedUp,
        last_delivery: bool,
    ) -> Result<Verified, CloudError> {
        let seen = Seen::Answer(looked_up);
        let settled = self.settle(work, config, &seen).await?;
        if let Some(next) = &settled.next {
            self.acknowledge(work, config, looked_up, next).await?;
            self.end_replaced(work, config, &looked_up.snapshot, next)
                .await?;
        }
        self.settle_others(work, config, looked_up).await?;
        self.undecided(work, settled.verified, last_delivery).await
    }

    pub(crate) async fn place(&self, work: &Work<'_>) -> Result<Option<Place>, CloudError> {
        let verification = work.verification;
        self.subscriptions
            .place(
                &verification.broadcaster_id,
                verification.store,
                &work.locator.key,
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

    pub(crate) fn scope<'a>(&self, work: &'a Work<'_>) -> Scope<'a> {
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

/// What looking at a purchase brought.
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
enum Looked {
    /// The store's answer, or that there was none.
    At(Result<LookedUp, LookUpError>),
    /// The purchase is not to be looked at.
    NoFurther(Verified),
}

enum Pending {
    NotAClaim,
    Yes(Box<Submission>),
    Ended,
}

fn cause(verification: &Verification, submission: Option<&Submission>) -> Cause {
    match &verification.cause {
        VerificationCause::Claim {
            correlation_id,
            customer_id,
        } => Cause::Claim(Claim {
            customer_id: customer_id.clone(),
            correlation_id: *correlation_id,
            offer_id: submission.and_then(|submission| submission.offer_id.clone()),
            coupon: None,
        }),
        VerificationCause::Notification { .. } => Cause::Notification,
        VerificationCause::Reconciliation => Cause::Reconciliation,
    }
}

/// What names a known purchase: what the store has told of it before, and over that what led here. A
/// scheduled look brings nothing of its own, only a copy of what was known when it was queued.
fn informed(stored: &Stored, work: &Work<'_>) -> Locator {
    let mut details = stored.locator.details.clone();
    if !matches!(work.cause, Cause::Reconciliation) {
        details.extend(work.locator.details.clone());
    }
    Locator {
        key: work.locator.key.clone(),
        details,
    }
}

/// Whether the store was asked after this word was received: then its answer is known already. Not
/// so if the word says what the answer may not have shown.
fn seen_since(stored: Option<&Stored>, verification: &Verification) -> bool {
    let voids = matches!(
        verification.cause,
        VerificationCause::Notification {
            voided: Some(_),
            ..
        }
    );
    let said = &verification.locator.details;
    let covers = |stored: &Stored| {
        let known = &stored.locator.details;
        stored.subscription.watermark > verification.received_at
            && said
                .iter()
                .all(|(name, value)| known.get(name) == Some(value))
    };
    !voids && stored.is_some_and(covers)
}
