//! Third step: what the evidence means for the purchase, by the rules of the domain.

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

/// A decision with what is written beside it.
pub(crate) struct Decided {
    pub(crate) decision: Decision,
    /// What the store is asked with from now on.
    pub(crate) locator: Locator,
    pub(crate) now: Timestamp,
}

impl Decider {
    /// Reads the offers for what the evidence says was sold.
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

    /// Decides what the evidence means for the target.
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
        let known = chain.replaced.as_ref().or(current);
        let mut observation = observed(task, snapshot, known, offers);
        observation.replaced.clone_from(&chain.replaced);
        if answered {
            // The notification may say what the answer does not show yet.
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

    /// Returns the cause, with what the named coupon code is worth for this offer.
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

    /// Returns the circumstances of a decision that is made now.
    pub(crate) fn scope<'a>(&self, task: &'a Task<'_>) -> Scope<'a> {
        let submission = task.submission.as_ref();
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

/// Reads a snapshot with the broadcaster's offers: which product decides, and what it is sold as.
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
