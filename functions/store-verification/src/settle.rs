//! Decides what was seen, and writes it; decides anew where somebody else wrote first.

use std::collections::BTreeMap;

use cloud::purchases::Request as Submission;
use cloud::queue::VerificationCause;
use cloud::subscriptions::{Change, Place, Stored, StoredReceipt};
use cloud::{CloudError, clock};
use domain::validation::ClaimResult;
use domain::{
    Cause, NamedCoupon, Observation, OfferRef, Reading, StoreSnapshot, Subscription, Timestamp,
    reduce, reduce_missing,
};
use stores::{LookUpError, LookedUp};

use crate::backoff::Wait;
use crate::handler::Verifier;
use crate::notice::{happened_at, parked};
use crate::outcome::{answered, note, outcome};
use crate::session::StoreSession;
use crate::verify::{Verified, Work};

/// How often a write is decided anew after somebody else wrote first.
const ATTEMPTS: usize = 6;

/// What the store was seen to say.
pub(crate) enum Seen<'a> {
    /// Its answer.
    Answer(&'a LookedUp),
    /// A state that it signed before.
    Notice(&'a StoreSnapshot),
    /// That it doesn't know the purchase.
    Missing(Timestamp),
}

impl Seen<'_> {
    fn snapshot(&self) -> Option<&StoreSnapshot> {
        match self {
            Self::Answer(looked_up) => Some(&looked_up.snapshot),
            Self::Notice(snapshot) => Some(snapshot),
            Self::Missing(_) => None,
        }
    }

    fn receipt(&self) -> Option<StoredReceipt> {
        match self {
            Self::Answer(looked_up) => {
                let at = looked_up.snapshot.observed_at;
                let receipt = looked_up.receipt.as_ref()?;
                Some(StoredReceipt::new(&receipt.0, at))
            }
            _ => None,
        }
    }
}

/// What was written.
pub(crate) struct Settled {
    pub(crate) verified: Verified,
    /// The subscription as it is now, if it was written.
    pub(crate) next: Option<Subscription>,
}

impl From<Verified> for Settled {
    fn from(verified: Verified) -> Self {
        Self {
            verified,
            next: None,
        }
    }
}

impl Verifier {
    pub(crate) async fn settle(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        seen: &Seen<'_>,
    ) -> Result<Settled, CloudError> {
        let verification = work.verification;
        let offers = self.offers(work, seen).await?;
        let receipt = seen.receipt();
        for _attempt in 0..ATTEMPTS {
            let stored = match self.place(work).await? {
                Some(Place::Purchase(stored)) => Some(stored),
                None => None,
                // Another purchase has taken over since the store was asked: begin anew.
                Some(Place::Lead(_)) => return Ok(Verified::Again(None).into()),
            };
            let current = stored.as_ref().map(|stored| &stored.subscription);
            let chain = match self.chain(work, session, current, seen.snapshot()).await? {
                Ok(chain) => chain,
                Err(LookUpError::Throttled { retry_after }) => {
                    return Ok(Verified::Again(retry_after).into());
                }
                Err(_unavailable) => return Ok(Verified::Again(None).into()),
            };
            let scope = self.scope(work);
            let mut locator = work.locator.clone();
            let decision = match *seen {
                Seen::Missing(at) => reduce_missing(current, at, &work.cause, &scope),
                Seen::Answer(LookedUp { snapshot, .. }) | Seen::Notice(snapshot) => {
                    let known = chain.replaced.as_ref().or(current);
                    let claim = work.cause.claim();
                    let named = claim.and_then(|claim| claim.offer_id.as_ref());
                    let (snapshot, add_ons) = snapshot.clone().select(&offers, known, named);
                    let mut offer = None;
                    if let Reading::Known(state) = &snapshot.reading {
                        offer = offers.get(&state.product_id).cloned();
                        // The next look needs what the state keeps of all that was told. A word that was
                        // not worth keeping has done its work with this look.
                        locator.details.clone_from(&state.details);
                    }
                    let cause = self.cause_with_coupon(work, offer.as_ref()).await?;
                    let observation = Observation {
                        offer,
                        add_ons,
                        replaced: chain.replaced.clone(),
                        voided: voided(work),
                        ..announced(work, seen, snapshot)
                    };
                    reduce(current, &observation, &cause, &scope)
                }
            };
            note(verification, &decision);
            if decision.unknown_status.is_some()
                && decision.next.is_none()
                && work.submission.is_none()
            {
                let put_off = self.put_off(work, stored, Wait::HOURLY).await?;
                return Ok(put_off.into());
            }
            let kept = stored.as_ref().and_then(|stored| stored.receipt.as_ref());
            let change = Change {
                receipt: receipt.as_ref().or(kept),
                retired: &chain.retired,
                alias: new_alias(stored.as_ref(), seen.snapshot()),
                ..Change::new(current, &decision, &locator, scope.now)
            };
            let written = self.write(work, &change).await;
            match written {
                Ok(()) if decision.claim == Some(ClaimResult::Undecided) => {
                    return Ok(Verified::Again(None).into());
                }
                Ok(()) => {
                    self.count_transfer(work, &decision).await;
                    return Ok(Settled {
                        verified: Verified::Done(outcome(&decision)),
                        next: decision.next,
                    });
                }
                Err(CloudError::Conflict(_)) if self.still_pending(work).await? => {
                    let named = seen.snapshot();
                    if let Some(snapshot) = named.filter(|_| stored.is_none())
                        && self.known_by_alias(work, snapshot).await?.is_some()
                    {
                        // Another name of the same purchase came first: begin anew with that one.
                        return Ok(Verified::Again(None).into());
                    }
                }
                Err(CloudError::Conflict(_)) => {
                    return Ok(Verified::Done("answered before").into());
                }
                Err(error) => return Err(error),
            }
        }
        Err(CloudError::Conflict("the purchase"))
    }

    /// Writes a change, and with it the outcome that it gives the submission.
    pub(crate) async fn write(
        &self,
        work: &Work<'_>,
        change: &Change<'_>,
    ) -> Result<(), CloudError> {
        let mut others = Vec::new();
        let mut given = None;
        if let Some(submission) = &work.submission
            && let Some(outcome) =
                answered(submission, change.before, change.decision, clock::now())
        {
            let ended = Submission {
                outcome: Some(outcome),
                proof: None,
                ..submission.clone()
            };
            others.push(self.purchases.finish(&ended)?);
            given = ended.outcome;
        }
        self.subscriptions.write(change, others).await?;
        if let Some(outcome) = given {
            let broadcaster = &work.verification.broadcaster_id;
            self.count_failed_claim(broadcaster, &outcome).await;
        }
        Ok(())
    }

    /// The broadcaster's offers for what the store says was sold, by product.
    async fn offers(
        &self,
        work: &Work<'_>,
        seen: &Seen<'_>,
    ) -> Result<BTreeMap<String, OfferRef>, CloudError> {
        let (broadcaster, store) = (&work.verification.broadcaster_id, work.verification.store);
        let mut offers = BTreeMap::new();
        let products = seen.snapshot().into_iter().flat_map(|s| s.product_ids());
        for product_id in products {
            let offer = self
                .broadcasters
                .offer_of_product(broadcaster, store, product_id)
                .await?;
            offers.extend(offer.map(|offer| (product_id.to_owned(), offer)));
        }
        Ok(offers)
    }

    /// The cause, with what the named coupon code is worth for this offer.
    async fn cause_with_coupon(
        &self,
        work: &Work<'_>,
        offer: Option<&OfferRef>,
    ) -> Result<Cause, CloudError> {
        let mut cause = work.cause.clone();
        let code = work
            .submission
            .as_ref()
            .and_then(|submission| submission.coupon_code.as_ref());
        if let (Cause::Claim(claim), Some(offer), Some(code)) = (&mut cause, offer, code) {
            let broadcaster = &work.verification.broadcaster_id;
            let campaign = self
                .broadcasters
                .campaign(broadcaster, &offer.offer_id, code)
                .await?;
            claim.coupon = Some(NamedCoupon {
                code: code.clone(),
                campaign,
            });
        }
        Ok(cause)
    }
}

/// The purchase's other name, where it isn't known to lead to it.
fn new_alias<'a>(
    stored: Option<&Stored>,
    snapshot: Option<&'a StoreSnapshot>,
) -> Option<&'a domain::PurchaseKey> {
    let alias = snapshot?.alias.as_ref()?;
    stored
        .is_none_or(|stored| stored.subscription.alias.as_ref() != Some(alias))
        .then_some(alias)
}

/// The observation, with what the notification announced where the store has answered.
fn announced(work: &Work<'_>, seen: &Seen<'_>, snapshot: StoreSnapshot) -> Observation {
    let answered = matches!(seen, Seen::Answer(_));
    let signed = parked(work.verification).filter(|_| answered);
    Observation {
        notified_at: happened_at(work.verification).filter(|_| answered),
        signed: signed.map(|parked| parked.notice.snapshot),
        ..Observation::new(snapshot, None)
    }
}

fn voided(work: &Work<'_>) -> Option<domain::Void> {
    match &work.verification.cause {
        VerificationCause::Notification { voided, .. } => voided.clone(),
        _ => None,
    }
}
