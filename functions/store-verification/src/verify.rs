//! One verification: resolve, fetch, decide, commit.

use std::ops::ControlFlow;
use std::time::Duration;

use cloud::broadcasters::Broadcasters;
use cloud::deadline::Deadline;
use cloud::limits::ClaimLimits;
use cloud::purchases::{Purchases, RateLimits};
use cloud::queue::{Verification, VerificationCause};
use cloud::retry::backoff::{self, Wait};
use cloud::store_configs::StoreConfigs;
use cloud::subscriptions::{Change, Entry, NextCheck, PurchaseRecord, Subscriptions};
use cloud::{Aws, CloudError};
use domain::validation::{ClaimDecision, ValidationFailure};
use domain::{PurchaseKey, StoreSnapshot, Timestamp};
use stores::{ConnectorContext, LookUpError, StoreConfig};

use crate::breaker::Breakers;
use crate::commit::Committer;
use crate::decide::{Decided, Decider};
use crate::denials::Denials;
use crate::evidence::Evidence;
use crate::fetch::Fetcher;
use crate::halt::{Halt, Step};
use crate::outcome::Outcome;
use crate::report::report;
use crate::reschedule::Rescheduler;
use crate::resolve::Resolver;
use crate::store_client::{StoreClient, StoreSession};
use crate::task::{Target, Task};

/// Number of attempts to decide and write, if other functions write first.
pub(crate) const ATTEMPTS: usize = 6;

/// Steps of a verification.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) resolver: Resolver,
    pub(crate) fetcher: Fetcher,
    pub(crate) decider: Decider,
    pub(crate) committer: Committer,
    pub(crate) rescheduler: Rescheduler,
}

/// End of a verification.
pub(crate) enum Verified {
    /// The message has ended and is deleted.
    Done(Outcome),
    /// The message is delivered again, at the earliest after the wait that the store asked for.
    Again(Option<Duration>),
    /// The message is queued again for this time, its turn under the store's rate limit.
    Turn(Timestamp),
}

/// Written decision.
pub(crate) struct Settled {
    pub(crate) outcome: Outcome,
    /// Purchase as stored after the write; `None` if nothing was written.
    pub(crate) stored: Option<PurchaseRecord>,
}

impl Pipeline {
    /// Builds the clients from the function's environment.
    pub(crate) fn from_environment(
        aws: &Aws,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let broadcasters = Broadcasters::caching(aws)?;
        let purchases = Purchases::from_environment(aws)?;
        let subscriptions = Subscriptions::from_environment(aws)?;
        let resolver = Resolver {
            broadcasters: broadcasters.clone(),
            purchases: purchases.clone(),
            subscriptions: subscriptions.clone(),
        };
        let store = StoreClient {
            context: ConnectorContext::new()?,
            configs: StoreConfigs::from_environment(aws, StoreConfig::parse)?,
            limits: RateLimits::new(purchases.clone()),
            breakers: Breakers::default(),
        };
        Ok(Self {
            fetcher: Fetcher {
                store,
                resolver: resolver.clone(),
                denials: Denials::new(purchases.clone()),
            },
            resolver,
            decider: Decider {
                broadcasters,
                environment: aws.stage()?,
            },
            committer: Committer {
                subscriptions: subscriptions.clone(),
                purchases: purchases.clone(),
                limits: ClaimLimits::from_environment(aws)?,
            },
            rescheduler: Rescheduler {
                subscriptions,
                purchases,
            },
        })
    }

    /// Verifies a purchase. On the `last_delivery`, the schedule takes over what can't be
    /// completed.
    pub(crate) async fn verify(
        &self,
        verification: &Verification,
        last_delivery: bool,
        deadline: Deadline,
    ) -> Result<Verified, CloudError> {
        let verified = match self.resolver.task(verification, deadline).await? {
            ControlFlow::Break(outcome) => Verified::Done(outcome),
            ControlFlow::Continue(task) => {
                // On the heap: unoptimised, the future of all steps is too large for a stack.
                Box::pin(self.carry_out(&task, last_delivery)).await?
            }
        };
        // Only once everything is written: the deferred item is all that remembers a purchase that
        // is not stored (ADR 26).
        if verification.deferred
            && let Verified::Done(outcome) = verified
            && outcome != Outcome::Deferred
        {
            let purchases = &self.rescheduler.purchases;
            purchases.end_deferred(verification).await?;
        }
        Ok(verified)
    }

    async fn carry_out(
        &self,
        task: &Task<'_>,
        last_delivery: bool,
    ) -> Result<Verified, CloudError> {
        let mut target = Target {
            locator: task.verification.locator.clone(),
            stored: None,
        };
        match Box::pin(self.steps(task, &mut target)).await {
            Ok(outcome) => Ok(Verified::Done(outcome)),
            Err(halt) => self.conclude(task, &target, halt, last_delivery).await,
        }
    }

    async fn steps(&self, task: &Task<'_>, target: &mut Target) -> Step<Outcome> {
        *target = self.resolver.target(task).await?;
        let session = self.fetcher.store.open(task).await?;
        let evidence = self.fetcher.fetch(task, &session, target).await?;
        let settled = self.settle(task, &session, target, &evidence).await?;
        if let Evidence::Answer(looked_up) = &evidence {
            // After the write and not before it: a store must not keep the money for a purchase
            // whose customer has no access.
            if let Some(stored) = &settled.stored {
                self.acknowledge(task, &session, target, stored).await?;
                self.end_superseded(task, &looked_up.snapshot, stored)
                    .await?;
            }
            self.settle_others(task, &session, target, &looked_up.others)
                .await?;
        }
        Ok(settled.outcome)
    }

    /// Handles an early end of the steps.
    async fn conclude(
        &self,
        task: &Task<'_>,
        target: &Target,
        halt: Halt,
        last_delivery: bool,
    ) -> Result<Verified, CloudError> {
        let wait = match halt {
            Halt::Done(outcome) => return Ok(Verified::Done(outcome)),
            Halt::Internal(error) => return Err(error),
            Halt::Turn(at) => return Ok(Verified::Turn(at)),
            // A claim gets an answer. For any other cause nobody waits for one, and a person may
            // still correct what the store refused.
            Halt::Refused(why) if task.submission.is_some() => {
                return self.fail(task, target, why).await;
            }
            Halt::Refused(_)
            | Halt::Hourly
            | Halt::Store(LookUpError::Unauthorized | LookUpError::InvalidRequest(_)) => {
                Wait::HOURLY
            }
            Halt::Store(error) => {
                let asked = error.retry_after();
                // What the schedule has queued goes back to the schedule. Nobody waits for it
                // within seconds, and a hidden message would count towards SQS's limit of messages
                // in flight.
                let scheduled = task.verification.deferred
                    || matches!(task.verification.cause, VerificationCause::Reconciliation);
                if !scheduled && !last_delivery && backoff::is_soon(asked) {
                    return Ok(Verified::Again(asked));
                }
                Wait::for_store(asked)
            }
            Halt::Again(asked) if last_delivery => Wait::for_store(asked),
            Halt::Again(asked) => return Ok(Verified::Again(asked)),
        };
        let locator = &target.locator;
        match self.rescheduler.reschedule(task, locator, wait).await? {
            Some(outcome) => Ok(Verified::Done(outcome)),
            None => {
                let undecided = ValidationFailure::StoreUndecided;
                self.fail(task, target, undecided).await
            }
        }
    }

    async fn fail(
        &self,
        task: &Task<'_>,
        target: &Target,
        why: ValidationFailure,
    ) -> Result<Verified, CloudError> {
        let failed = self.committer.fail(task, target, why, task.deadline.now());
        match failed.await {
            Ok(outcome) => Ok(Verified::Done(outcome)),
            Err(CloudError::Conflict(_)) if !self.resolver.still_pending(task).await? => {
                Ok(Verified::Done(Outcome::AnsweredBefore))
            }
            Err(error) => Err(error),
        }
    }

    /// Decides by the evidence and writes the decision. If another function wrote first, it reads,
    /// decides and writes again.
    pub(crate) async fn settle(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        target: &mut Target,
        evidence: &Evidence,
    ) -> Step<Settled> {
        // Read once: the attempts below compete for the purchase and not for the broadcaster's
        // offers.
        let offers = self.decider.offers(task, evidence).await?;
        let receipt = evidence.receipt();
        for _attempt in 0..ATTEMPTS {
            let snapshot = evidence.snapshot();
            let chain = self.fetcher.chain(task, session, target, snapshot).await?;
            let decided = self.decider.decide(task, target, evidence, &chain, &offers);
            let decided = decided.await?;
            let decision = &decided.decision;
            // Nothing would be written: a check would come again as soon as its lease ends, and a
            // notification about a purchase that is not stored would be lost.
            if decision.unknown_status.is_some()
                && decision.next.is_none()
                && task.submission.is_none()
            {
                report(task, decision);
                return Err(Halt::Hourly);
            }
            let stored = target.stored.as_ref();
            let change = Change {
                next_check: next_check(task, evidence, &decided),
                receipt: receipt.as_ref(),
                retired: &chain.retired,
                alias: new_alias(stored, snapshot),
                ..Change::answered(stored, decision, &decided.locator, decided.now)
            };
            match self.committer.commit(task, &change).await {
                Ok(stored) => {
                    report(task, decision);
                    if decision.claim == Some(ClaimDecision::Undecided) {
                        return Err(Halt::Again(None));
                    }
                    return Ok(Settled {
                        outcome: Outcome::from(decision),
                        stored,
                    });
                }
                Err(CloudError::Conflict(_)) => self.read_again(task, target, snapshot).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(Halt::Internal(CloudError::Conflict("the purchase")))
    }

    /// Reads the target again after another function wrote first. Halts if the purchase is stored
    /// under another key by now, because then the verification has to begin again.
    async fn read_again(
        &self,
        task: &Task<'_>,
        target: &mut Target,
        snapshot: Option<&StoreSnapshot>,
    ) -> Step<()> {
        if !self.resolver.still_pending(task).await? {
            return Err(Halt::Done(Outcome::AnsweredBefore));
        }
        let key = &target.locator.key;
        // Two submissions may name the same purchase by different keys. The one that was written
        // first owns the alias, and this one has to be applied to it (ADR 16).
        if let Some(snapshot) = snapshot.filter(|_| target.stored.is_none()) {
            let known = self.resolver.known_by_alias(task, key, snapshot).await?;
            if known.is_some() {
                return Err(Halt::Again(None));
            }
        }
        target.stored = match self.resolver.place(task, key).await? {
            Some(Entry::Purchase(stored)) => Some(stored),
            None => None,
            Some(Entry::Alias(_)) => return Err(Halt::Again(None)),
        };
        Ok(())
    }
}

/// Returns the next check after a decision. A claim that was decided by what the store has signed is
/// confirmed as soon as the schedule asks again. After anything else the dates decide.
fn next_check(task: &Task<'_>, evidence: &Evidence, decided: &Decided) -> NextCheck<'static> {
    match evidence {
        Evidence::Notice(snapshot) if task.submission.is_some() => {
            let (now, wait) = (decided.now, Wait::for_store(None));
            NextCheck::Deferred {
                due_at: backoff::scheduled(now, 0, wait, snapshot.purchase_key.as_str()),
                notice: None,
            }
        }
        _ => NextCheck::NotLater,
    }
}

/// Returns the alias of the answer, unless it leads to the purchase already.
fn new_alias<'a>(
    stored: Option<&PurchaseRecord>,
    snapshot: Option<&'a StoreSnapshot>,
) -> Option<&'a PurchaseKey> {
    let alias = snapshot?.alias.as_ref()?;
    stored
        .is_none_or(|stored| stored.subscription.alias.as_ref() != Some(alias))
        .then_some(alias)
}
