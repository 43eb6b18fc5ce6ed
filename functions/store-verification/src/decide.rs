//! Third step: applies the rules of the domain to the evidence.

use std::collections::BTreeMap;

use cloud::CloudError;
use cloud::broadcasters::Broadcasters;
use cloud::queue::VerificationCause;
use domain::{
    Cause, Decision, Environment, Locator, NamedCoupon, Observation, OfferRef, Reading, Scope,
    StoreSnapshot, Subscription, Timestamp, VoidedPayment, reduce, reduce_missing,
};

use crate::chain::Chain;
use crate::evidence::Evidence;
use crate::notice::{happened_at, parked};
use crate::task::{Target, Task};

/// The broadcaster's offers for the products of an answer, by product id.
pub(crate) type Offers = BTreeMap<String, OfferRef>;

/// Reads the configuration that a decision needs, and decides.
#[derive(Debug)]
pub(crate) struct Decider {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) environment: Environment,
}

/// Decision, and what is written together with it.
pub(crate) struct Decided {
    pub(crate) decision: Decision,
    /// Key and hints for the next look-ups.
    pub(crate) locator: Locator,
    pub(crate) now: Timestamp,
}

impl Decider {
    /// Reads the offers of the products that the evidence names.
    pub(crate) async fn offers(
        &self,
        task: &Task<'_>,
        evidence: &Evidence,
    ) -> Result<Offers, CloudError> {
        let mut offers = Offers::new();
        let products = evidence.snapshot().into_iter();
        for product_id in products.flat_map(StoreSnapshot::product_ids) {
            let offer = self
                .broadcasters
                .offer_of_product(task.broadcaster(), task.store(), product_id)
                .await?;
            offers.extend(offer.map(|offer| (product_id.to_owned(), offer)));
        }
        Ok(offers)
    }

    /// Reduces the evidence and the stored state of the target to a decision.
    pub(crate) async fn decide(
        &self,
        task: &Task<'_>,
        target: &Target,
        evidence: &Evidence,
        chain: &Chain,
        offers: &Offers,
    ) -> Result<Decided, CloudError> {
        let scope = self.scope(task);
        let current = target.stored.as_ref().map(|stored| &stored.subscription);
        let mut locator = target.locator.clone();
        let (snapshot, answered) = match evidence {
            Evidence::Answer(looked_up) => (&looked_up.snapshot, true),
            Evidence::Notice(snapshot) => (snapshot.as_ref(), false),
            Evidence::Missing(at) => {
                return Ok(Decided {
                    decision: reduce_missing(current, *at, &task.cause, &scope),
                    locator,
                    now: scope.now,
                });
            }
        };
        // The product of a known subscription is preferred when one of several products is
        // selected, also where the subscription continues under a new key.
        let known = chain.replaced.as_ref().or(current);
        let mut observation = observed(task, snapshot, known, offers);
        observation.replaced.clone_from(&chain.replaced);
        if answered {
            // The notification may report a change that the answer does not show yet.
            observation.notified_at = happened_at(task.verification);
            observation.signed = parked(task.verification).map(|parked| parked.notice.snapshot);
        }
        if let Some(hints) = observation.snapshot.hints() {
            locator.details = hints;
        }
        let cause = self.cause(task, observation.offer.as_ref()).await?;
        let decision = reduce(current, &observation, &cause, &scope);
        Ok(Decided {
            decision,
            locator,
            now: scope.now,
        })
    }

    /// Returns the cause; a claim with a coupon code gets the offer's campaign of that code.
    async fn cause(&self, task: &Task<'_>, offer: Option<&OfferRef>) -> Result<Cause, CloudError> {
        let mut cause = task.cause.clone();
        let submission = task.submission.as_ref();
        let code = submission.and_then(|submission| submission.coupon_code.as_ref());
        if let (Cause::Claim(claim), Some(offer), Some(code)) = (&mut cause, offer, code) {
            let campaign = self
                .broadcasters
                .campaign(task.broadcaster(), &offer.offer_id, code)
                .await?;
            claim.coupon = Some(NamedCoupon {
                code: code.clone(),
                campaign,
            });
        }
        Ok(cause)
    }

    /// Returns the scope of a decision that is made now.
    pub(crate) fn scope<'a>(&self, task: &'a Task<'_>) -> Scope<'a> {
        let submission = task.submission.as_ref();
        // A message may be queued several times, so the submission and not the message has the time
        // by which claims are ordered (ADR 8).
        let received_at = submission.map_or(task.verification.received_at, |submission| {
            submission.submitted_at
        });
        Scope {
            broadcaster_id: task.broadcaster(),
            environment: self.environment,
            settings: &task.settings,
            received_at,
            now: task.deadline.now(),
        }
    }
}

/// Builds the observation: selects the product that decides, with its offer.
fn observed(
    task: &Task<'_>,
    snapshot: &StoreSnapshot,
    known: Option<&Subscription>,
    offers: &Offers,
) -> Observation {
    let claim = task.cause.claim();
    let named = claim.and_then(|claim| claim.offer_id.as_ref());
    let (snapshot, add_ons) = snapshot.clone().select(offers, known, named);
    let offer = match &snapshot.reading {
        Reading::Known(state) => offers.get(&state.product_id).cloned(),
        Reading::UnknownStatus(_) | Reading::Replaced => None,
    };
    Observation {
        add_ons,
        voided: voided(task),
        ..Observation::new(snapshot, offer)
    }
}

fn voided(task: &Task<'_>) -> Option<VoidedPayment> {
    match &task.verification.cause {
        VerificationCause::Notification { voided, .. } => voided.clone(),
        VerificationCause::Claim { .. } | VerificationCause::Reconciliation => None,
    }
}
