//! Chain of the purchases that a purchase has replaced (ADR 17).

use cloud::subscriptions::{Entry, Retired};
use domain::{Locator, PurchaseKey, StoreSnapshot, Subscription};
use stores::LookUpError;

use crate::fetch::Fetcher;
use crate::halt::{Halt, Step};
use crate::store_client::StoreSession;
use crate::task::{Target, Task};

/// Largest number of replacements that are followed back.
const LONGEST_CHAIN: usize = 20;

/// Purchases that another one has replaced, directly or through others.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    /// Subscription of the nearest one that is stored, which continues under the new key.
    pub(crate) replaced: Option<Subscription>,
    /// Purchases whose keys become aliases of the new one.
    pub(crate) retired: Vec<Retired>,
}

impl Fetcher {
    /// Follows the chain of replaced purchases back to the first that is stored, and asks the store
    /// for links that are not. Empty for a purchase that has an owner, because that one continues
    /// no other subscription.
    pub(crate) async fn chain(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        target: &Target,
        snapshot: Option<&StoreSnapshot>,
    ) -> Step<Chain> {
        let mut chain = Chain::default();
        let current = target.stored.as_ref().map(|stored| &stored.subscription);
        let owned = current.is_some_and(|current| current.ownership.customer_id.is_some());
        let Some(snapshot) = snapshot.filter(|_| !owned) else {
            return Ok(chain);
        };
        let own = &snapshot.purchase_key;
        let mut replaces = snapshot.replaces.clone();
        // Bounded, because the store's answers could form a circle, and each missing link costs a
        // call.
        for _ in 0..LONGEST_CHAIN {
            let Some(key) = replaces.filter(|key| key != own) else {
                break;
            };
            replaces = match self.resolver.place(task, &key).await? {
                Some(Entry::Alias(lead)) => Some(lead.to),
                Some(Entry::Purchase(stored)) => {
                    chain.retired.push(Retired {
                        key,
                        before: Some(stored.subscription.clone()),
                    });
                    chain.replaced = Some(stored.subscription);
                    None
                }
                None => {
                    let before = self
                        .replaced_by(task, session, target, snapshot, &key)
                        .await?;
                    chain.retired.push(Retired { key, before: None });
                    before
                }
            };
        }
        Ok(chain)
    }

    /// Asks the store which purchase was replaced by one that is not stored.
    async fn replaced_by(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        target: &Target,
        snapshot: &StoreSnapshot,
        key: &PurchaseKey,
    ) -> Step<Option<PurchaseKey>> {
        let locator = Locator {
            key: key.clone(),
            details: target.locator.details.clone(),
        };
        let asked = self
            .store
            .look_up(task, session, &locator, snapshot.observed_at);
        match asked.await {
            Ok(looked_up) => Ok(looked_up.snapshot.replaces),
            // The whole verification is repeated: its decision needs every link.
            Err(Halt::Store(LookUpError::Throttled { retry_after })) => {
                Err(Halt::Again(retry_after))
            }
            Err(Halt::Store(error)) if error.is_transient() => Err(Halt::Again(None)),
            // Unknown to the store, or too old for it: the chain ends here.
            Err(Halt::Store(_)) => Ok(None),
            Err(halt) => Err(halt),
        }
    }
}
