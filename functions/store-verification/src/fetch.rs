//! Second step: fetches the store's answer about the purchase.

use cloud::clock;
use cloud::retry::LONGEST_HIDING;
use cloud::subscriptions::Entry;
use domain::Timestamp;
use domain::validation::ValidationFailure;
use stores::{LookUpError, LookedUp};

use crate::claim_rule::lacks_second_factor;
use crate::denials::Denials;
use crate::evidence::Evidence;
use crate::halt::{Halt, Step};
use crate::lag::may_catch_up;
use crate::notice::{signed_claim, usable_notice};
use crate::resolve::{Resolver, informed};
use crate::store_client::{StoreClient, StoreSession};
use crate::task::{Target, Task};

/// Looks purchases up at their stores, and finds stored ones by the keys in the answers.
#[derive(Debug)]
pub(crate) struct Fetcher {
    pub(crate) store: StoreClient,
    pub(crate) resolver: Resolver,
    pub(crate) denials: Denials,
}

impl Fetcher {
    /// Asks the store about the target, which afterwards has the key under which it is stored.
    ///
    /// Halts if the answer may still change within minutes, if the claim lacks a required second
    /// factor, and if the store gave no answer and no notice may replace it.
    pub(crate) async fn fetch(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        target: &mut Target,
    ) -> Step<Evidence> {
        // Before the request and not after it: a change at the store during the call may be missing
        // from the answer, so the answer must not look newer than that change (ADR 1).
        let observed_at = task.deadline.now();
        match self.look_up(task, session, target, observed_at).await {
            Ok(looked_up) => {
                if is_known(task, target) {
                    let (broadcaster, store) = (task.broadcaster(), task.store());
                    self.denials.answered(broadcaster, store).await;
                }
                answered(task, session, target, looked_up)
            }
            Err(Halt::Store(LookUpError::NotFound)) if is_known(task, target) => {
                let (broadcaster, store) = (task.broadcaster(), task.store());
                if self.denials.denied(broadcaster, store).await? {
                    return Err(Halt::Hourly);
                }
                unanswered(task, session, target, LookUpError::NotFound, observed_at)
            }
            Err(Halt::Store(error)) => unanswered(task, session, target, error, observed_at),
            // A claim that the store has signed need not wait long for its turn.
            Err(Halt::Turn(at)) => {
                let is_far = at.duration_since(observed_at).unsigned_abs() > LONGEST_HIDING;
                match signed_claim(task, session, target).filter(|_| is_far) {
                    Some(snapshot) => Ok(Evidence::Notice(Box::new(snapshot))),
                    None => Err(Halt::Turn(at)),
                }
            }
            Err(halt) => Err(halt),
        }
    }

    /// Looks up the target. If the answer has another key, or its alias leads to a stored purchase,
    /// that purchase is looked up again with the stored hints, unless these are no more than were
    /// sent (ADR 21).
    async fn look_up(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        target: &mut Target,
        observed_at: Timestamp,
    ) -> Step<LookedUp> {
        let asked = self
            .store
            .look_up(task, session, &target.locator, observed_at);
        let looked_up = asked.await?;
        let renamed = looked_up.snapshot.purchase_key != target.locator.key;
        let again = (renamed && self.rename(task, target, &looked_up).await?)
            || (target.stored.is_none() && self.find_by_alias(task, target, &looked_up).await?);
        if !again {
            return Ok(looked_up);
        }
        let asked = self
            .store
            .look_up(task, session, &target.locator, observed_at);
        asked.await
    }

    /// Moves the target to the key of the answer. Returns whether more hints are stored under it
    /// than were sent.
    async fn rename(
        &self,
        task: &Task<'_>,
        target: &mut Target,
        looked_up: &LookedUp,
    ) -> Step<bool> {
        let key = &looked_up.snapshot.purchase_key;
        target.locator.key = key.clone();
        target.stored = None;
        match self.resolver.place(task, key).await? {
            None => Ok(false),
            Some(Entry::Alias(lead)) => {
                *target = self.resolver.led(task, &lead).await?;
                Ok(true)
            }
            Some(Entry::Purchase(stored)) => {
                if let Some(hints) = looked_up.snapshot.hints() {
                    let asked = std::mem::replace(&mut target.locator.details, hints);
                    target.locator.details.extend(asked);
                }
                let informed = informed(&stored, &target.locator, &task.cause);
                let more = informed != target.locator;
                *target = Target {
                    locator: informed,
                    stored: Some(stored),
                };
                Ok(more)
            }
        }
    }

    /// Moves the target to the purchase that the answer's alias leads to. Returns whether there is
    /// one.
    async fn find_by_alias(
        &self,
        task: &Task<'_>,
        target: &mut Target,
        looked_up: &LookedUp,
    ) -> Step<bool> {
        let (key, snapshot) = (&target.locator.key, &looked_up.snapshot);
        let known = self.resolver.known_by_alias(task, key, snapshot).await?;
        let is_known = known.is_some();
        if let Some(known) = known {
            *target = Target::from(known);
        }
        Ok(is_known)
    }
}

/// Whether a purchase is stored, and asked about for another reason than a claim: a submitter may
/// name a purchase in a way that the store can't know.
fn is_known(task: &Task<'_>, target: &Target) -> bool {
    target.stored.is_some() && task.submission.is_none()
}

fn answered(
    task: &Task<'_>,
    session: &StoreSession,
    target: &Target,
    looked_up: LookedUp,
) -> Step<Evidence> {
    let stored = target.stored.as_ref();
    if lacks_second_factor(task, &session.config(), &looked_up.snapshot, stored) {
        // The same failure as for a purchase that does not exist, so that it confirms no guessed
        // id.
        return Err(Halt::Refused(ValidationFailure::PurchaseNotFound));
    }
    if may_catch_up(task, &session.config(), stored, Some(&looked_up.snapshot)) {
        return Err(Halt::Again(None));
    }
    Ok(Evidence::Answer(Box::new(looked_up)))
}

fn unanswered(
    task: &Task<'_>,
    session: &StoreSession,
    target: &Target,
    error: LookUpError,
    observed_at: Timestamp,
) -> Step<Evidence> {
    let (broadcaster, store) = (task.broadcaster(), task.store());
    let (config, stored) = (session.config(), target.stored.as_ref());
    match error {
        LookUpError::NotFound if may_catch_up(task, &config, stored, None) => {
            Err(Halt::Again(None))
        }
        LookUpError::NotFound => Ok(Evidence::Missing(observed_at)),
        // A refusal of the look-up says nothing about the state, so a known purchase keeps it.
        LookUpError::Rejected(reason) => {
            tracing::warn!(%broadcaster, %store, reason, "the store rejected a purchase");
            Err(Halt::Refused(ValidationFailure::StoreRejected))
        }
        error => {
            // While the store can't be asked, what it has signed decides a claim at once.
            let signed = Some(&error)
                .filter(|error| error.is_outage())
                .and_then(|_| signed_claim(task, session, target));
            let usable =
                signed.or_else(|| usable_notice(task.verification, stored, &config, clock::now()));
            match usable {
                Some(notice) => Ok(Evidence::Notice(Box::new(notice))),
                None => Err(Halt::Store(error)),
            }
        }
    }
}
