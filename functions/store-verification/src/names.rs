//! The names of a purchase: those that lead to it, and those of purchases that it has replaced.

use cloud::CloudError;
use cloud::subscriptions::{Lead, Place, Retired, Stored};
use domain::validation::ValidationFailure;
use domain::{PurchaseKey, StoreSnapshot, Subscription};
use stores::{Locator, LookUpError};

use crate::handler::Verifier;
use crate::session::StoreSession;
use crate::verify::{Verified, Work};

/// So many purchases are walked back through.
const LONGEST_CHAIN: usize = 20;

/// What became of following a name.
pub(crate) enum Led {
    /// To this purchase; the work is about it from now on.
    Onward(Box<Stored>),
    /// The name is as far as this goes.
    NoFurther(Verified),
}

/// What a purchase has taken over from.
#[derive(Debug)]
pub(crate) struct Chain {
    /// The nearest one that is known.
    pub(crate) replaced: Option<Subscription>,
    /// All whose names are to lead here from now on.
    pub(crate) retired: Vec<Retired>,
}

impl Chain {
    const fn alone() -> Self {
        Self {
            replaced: None,
            retired: Vec::new(),
        }
    }
}

impl Verifier {
    /// A name that leads elsewhere. What another purchase has replaced grants nothing any more; only a
    /// claim that was made before is carried to where the purchase went.
    pub(crate) async fn led(&self, work: &mut Work<'_>, lead: &Lead) -> Result<Led, CloudError> {
        let Some(submission) = &work.submission else {
            return Ok(Led::NoFurther(Verified::Done("replaced")));
        };
        if !lead.replaced || submission.submitted_at < lead.since {
            let verification = work.verification;
            let (broadcaster, store) = (&verification.broadcaster_id, verification.store);
            let stored = self
                .subscriptions
                .follow(broadcaster, store, &lead.to)
                .await?;
            if let Some(stored) = stored {
                work.locator = stored.locator.clone();
                return Ok(Led::Onward(Box::new(stored)));
            }
        }
        self.refused(work, None, ValidationFailure::PurchaseReplaced)
            .await
            .map(Led::NoFurther)
    }

    /// The purchase that is known under the other name that the store has just told.
    pub(crate) async fn known_by_alias(
        &self,
        work: &Work<'_>,
        snapshot: &StoreSnapshot,
    ) -> Result<Option<Stored>, CloudError> {
        let Some(alias) = &snapshot.alias else {
            return Ok(None);
        };
        let verification = work.verification;
        let (broadcaster, store) = (&verification.broadcaster_id, verification.store);
        let known = self.subscriptions.follow(broadcaster, store, alias).await?;
        Ok(known.filter(|known| known.subscription.purchase_key != work.locator.key))
    }

    /// What the purchase has taken over from, walked back through the store where it is not known.
    /// Only what has no owner yet is asked for that.
    pub(crate) async fn chain(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        current: Option<&Subscription>,
        snapshot: Option<&StoreSnapshot>,
    ) -> Result<Result<Chain, LookUpError>, CloudError> {
        let mut chain = Chain::alone();
        let owned = current.is_some_and(|current| current.customer_id.is_some());
        let Some(snapshot) = snapshot.filter(|_| !owned) else {
            return Ok(Ok(chain));
        };
        let own = &snapshot.purchase_key;
        let mut replaces = snapshot.replaces.clone();
        for _ in 0..LONGEST_CHAIN {
            let Some(key) = replaces.filter(|key| key != own) else {
                break;
            };
            replaces = match self.link(work, &key).await? {
                Some(Place::Lead(lead)) => Some(lead.to),
                Some(Place::Purchase(stored)) => {
                    chain.retired.push(Retired {
                        key,
                        before: Some(stored.subscription.clone()),
                    });
                    chain.replaced = Some(stored.subscription);
                    None
                }
                None => {
                    let before = match self.before(work, session, snapshot, &key).await? {
                        Ok(before) => before,
                        Err(error) => return Ok(Err(error)),
                    };
                    chain.retired.push(Retired { key, before: None });
                    before
                }
            };
        }
        Ok(Ok(chain))
    }

    pub(crate) async fn link(
        &self,
        work: &Work<'_>,
        key: &PurchaseKey,
    ) -> Result<Option<Place>, CloudError> {
        let verification = work.verification;
        let (broadcaster, store) = (&verification.broadcaster_id, verification.store);
        self.subscriptions.place(broadcaster, store, key).await
    }

    /// What a purchase that we never heard of has itself replaced, as the store tells.
    async fn before(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        snapshot: &StoreSnapshot,
        key: &PurchaseKey,
    ) -> Result<Result<Option<PurchaseKey>, LookUpError>, CloudError> {
        let locator = Locator {
            key: key.clone(),
            details: work.locator.details.clone(),
        };
        let asked = self
            .ask(work, session, &locator, snapshot.observed_at)
            .await?;
        Ok(match asked {
            Ok(looked_up) => Ok(looked_up.snapshot.replaces),
            Err(error) if error.is_transient() => Err(error),
            Err(_unknown_or_too_old) => Ok(None),
        })
    }
}
