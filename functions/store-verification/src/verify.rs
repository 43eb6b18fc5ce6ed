//! One verification: ask the store, let the reducer decide, write state and events in one write.

use std::time::Duration;

use cloud::CloudError;
use cloud::deadline::Deadline;
use cloud::purchases::Request as Submission;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{Place, Stored};
use domain::validation::ValidationFailure;
use domain::{BroadcasterSettings, Cause, Claim, ClaimRule, Reading, Scope, Timestamp};
use stores::{Locator, LookUpError, LookedUp};

use crate::backoff::Wait;
use crate::claim_rule::lacks_second_factor;
use crate::handler::Verifier;
use crate::lag::{may_catch_up, seen_since};
use crate::names::Led;
use crate::session::StoreSession;
use crate::settle::Seen;

/// How a verification went.
pub(crate) enum Verified {
    /// The message is done with.
    Done(&'static str),
    /// The message is done with, and its content waits in the table of purchases.
    Deferred,
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
    /// How a claim of this store's purchases is decided.
    pub(crate) rule: ClaimRule,
    /// When the function must have ended.
    pub(crate) deadline: Deadline,
}

impl Verifier {
    pub(crate) async fn verify(
        &self,
        verification: &Verification,
        last_delivery: bool,
        deadline: Deadline,
    ) -> Result<Verified, CloudError> {
        let verified = self.begin(verification, last_delivery, deadline).await?;
        if verification.deferred && matches!(verified, Verified::Done(_)) {
            self.purchases.end_deferred(verification).await?;
        }
        Ok(verified)
    }

    async fn begin(
        &self,
        verification: &Verification,
        last_delivery: bool,
        deadline: Deadline,
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
        let mut settings = profile.settings;
        let rule = match submission {
            Some(_) => {
                let store = verification.store;
                self.broadcasters.claim_rule(broadcaster, store).await?
            }
            None => ClaimRule::default(),
        };
        settings.transfer = rule.transfer.unwrap_or(settings.transfer);
        let mut work = Work {
            verification,
            locator: verification.locator.clone(),
            cause: cause(verification, submission.as_ref()),
            submission,
            settings,
            rule,
            deadline,
        };
        match Box::pin(self.ask_and_settle(&mut work)).await? {
            // Whatever it was that could not be asked for: the schedule takes over.
            Verified::Again(asked) if last_delivery => {
                let stored = self.known(&work).await?;
                self.put_off(&work, stored, Wait::for_store(asked)).await
            }
            verified => Ok(verified),
        }
    }

    async fn ask_and_settle(&self, work: &mut Work<'_>) -> Result<Verified, CloudError> {
        let verification = work.verification;
        let broadcaster = &verification.broadcaster_id;
        let stored = match self.place(work).await? {
            Some(Place::Purchase(stored)) => Some(stored),
            None => None,
            Some(Place::Lead(lead)) => match self.led(work, &lead).await? {
                Led::Onward(stored) => Some(*stored),
                Led::NoFurther(verified) => return Ok(verified),
            },
        };
        if work.submission.is_none() && seen_since(stored.as_ref(), verification) {
            return Ok(Verified::Done("seen since"));
        }
        if let Some(stored) = &stored {
            work.locator = informed(stored, work);
        }
        let Some(config) = self.secrets.get(broadcaster, verification.store).await? else {
            return self
                .refused(work, stored, ValidationFailure::NotConfigured)
                .await;
        };
        let session = StoreSession::new(config, work.deadline);
        let observed_at = work.deadline.now();
        let known = stored.is_some();
        let looked = self.look(work, &session, known, observed_at);
        let answer = match looked.await? {
            Looked::At(answer) => answer,
            Looked::NoFurther(verified) => return Ok(verified),
        };
        let config = session.config();
        let submission = work.submission.as_ref();
        let lags =
            |answer| may_catch_up(verification, submission, &config, stored.as_ref(), answer);
        let error = match answer {
            Ok(looked_up) => {
                let claimant = work.cause.claim().map(|claim| &claim.customer_id);
                let holder = stored
                    .as_ref()
                    .and_then(|stored| stored.subscription.customer_id.as_ref());
                let holds = claimant.is_some() && claimant == holder;
                if lacks_second_factor(work, &looked_up, holds) {
                    // No more is said than of a purchase that does not exist.
                    return self
                        .refused(work, stored, ValidationFailure::PurchaseNotFound)
                        .await;
                }
                if lags(Some(&looked_up.snapshot)) {
                    return Ok(Verified::Again(None));
                }
                return Box::pin(self.answered(work, &session, &looked_up)).await;
            }
            Err(LookUpError::NotFound) => {
                if lags(None) {
                    return Ok(Verified::Again(None));
                }
                let missing = Seen::Missing(observed_at);
                return Ok(self.settle(work, &session, &missing).await?.verified);
            }
            Err(LookUpError::Rejected(reason)) => {
                tracing::warn!(%broadcaster, store = %verification.store, reason, "the store rejected a purchase");
                return self
                    .refused(work, stored, ValidationFailure::StoreRejected)
                    .await;
            }
            Err(error) => error,
        };
        let stored = match stored {
            // Its own name may lead nowhere while the one that the store told does.
            None => self.known(work).await?,
            stored => stored,
        };
        self.unanswered(work, &session, stored, &error).await
    }

    /// Asks the store, in turn. What is asked for by another id than its key, the work is about under
    /// its key from then on. A purchase that is not known by its key, but by another name, is asked for
    /// under the key by which it is.
    async fn look(
        &self,
        work: &mut Work<'_>,
        session: &StoreSession,
        mut known: bool,
        observed_at: Timestamp,
    ) -> Result<Looked, CloudError> {
        let looked_up = match self.ask(work, session, &work.locator, observed_at).await? {
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
                        return self.look_again(work, session, observed_at).await;
                    }
                }
                None => known = false,
                Some(Place::Lead(lead)) => {
                    return match self.led(work, &lead).await? {
                        Led::NoFurther(verified) => Ok(Looked::NoFurther(verified)),
                        Led::Onward(_) => self.look_again(work, session, observed_at).await,
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
                self.look_again(work, session, observed_at).await
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
        session: &StoreSession,
        observed_at: Timestamp,
    ) -> Result<Looked, CloudError> {
        let asked = self.ask(work, session, &work.locator, observed_at);
        asked.await.map(Looked::At)
    }

    /// Acts on the store's answer: what it says of the purchase, what it asks for in return, and what
    /// it says of others.
    async fn answered(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        looked_up: &LookedUp,
    ) -> Result<Verified, CloudError> {
        let seen = Seen::Answer(looked_up);
        let settled = Box::pin(self.settle(work, session, &seen)).await?;
        if let Some(next) = &settled.next {
            self.acknowledge(work, session, looked_up, next).await?;
            self.end_replaced(work, session, &looked_up.snapshot, next)
                .await?;
        }
        self.settle_others(work, session, looked_up).await?;
        Ok(settled.verified)
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
            now: work.deadline.now(),
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
