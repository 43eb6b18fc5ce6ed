//! What a broadcaster keeps of what one household bought, and what it decides.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    BroadcasterId, BroadcasterSettings, Cause, Decision, Environment, Locator, Observation,
    OfferId, OfferRef, PurchaseKey, Reading, Scope, StoreSnapshot, Subscription, Timestamp,
    VoidedPayment, reduce, reduce_missing, reduce_resend,
};

use crate::store_under_test::{Plan, StoreUnderTest};

#[derive(Debug, Default)]
pub struct Kept {
    /// By the key of the purchase. One that another has taken over from is there no longer.
    subscriptions: BTreeMap<PurchaseKey, Subscription>,
    /// What the connector gave for the next look-up of a purchase, besides the details.
    memory: BTreeMap<PurchaseKey, BTreeMap<String, String>>,
    /// The keys to which the other names of purchases lead.
    keys: BTreeMap<PurchaseKey, PurchaseKey>,
}

impl Kept {
    /// The subscription that somebody holds, or else any.
    pub fn held(&self) -> Option<&Subscription> {
        let all = self.subscriptions.values();
        all.max_by_key(|subscription| subscription.ownership.customer_id.is_some())
    }

    /// What names a purchase, with what earlier looks have told of it.
    pub fn informed(&self, locator: &Locator) -> Locator {
        let known = self.subscriptions.get(&locator.key);
        let mut details = known.map_or_else(BTreeMap::new, |known| known.state.details.clone());
        details.extend(self.memory.get(&locator.key).cloned().unwrap_or_default());
        details.extend(locator.details.clone());
        Locator {
            key: locator.key.clone(),
            details,
        }
    }

    /// What an observation means. By whatever name it was made, it is about the purchase that is
    /// kept; and one that takes over carries on what it replaces.
    pub fn decide<S: StoreUnderTest>(
        &self,
        snapshot: StoreSnapshot,
        voided: Option<VoidedPayment>,
        cause: &Cause,
        now: Timestamp,
    ) -> Decision {
        let alias = snapshot.alias.as_ref();
        let key = alias.and_then(|alias| self.keys.get(alias));
        let key = key.unwrap_or(&snapshot.purchase_key);
        let current = self.subscriptions.get(key);
        let replaces = snapshot.replaces.as_ref();
        let replaced = replaces.and_then(|old| self.subscriptions.get(old).cloned());
        let offers = offers::<S>();
        let (snapshot, add_ons) = snapshot.select(&offers, replaced.as_ref().or(current), None);
        let offer = match &snapshot.reading {
            Reading::Known(state) => offers.get(&state.product_id).cloned(),
            Reading::UnknownStatus(_) | Reading::Replaced => None,
        };
        let seen = Observation {
            add_ons,
            replaced,
            voided,
            ..Observation::new(snapshot, offer)
        };
        let (broadcaster, settings) = tenant();
        reduce(current, &seen, cause, &scope(&broadcaster, &settings, now))
    }

    /// Keeps what was decided of a purchase that has this alias. What goes on under another key is
    /// kept under that alone.
    pub fn keep(
        &mut self,
        decision: &Decision,
        alias: Option<PurchaseKey>,
        memory: Option<BTreeMap<String, String>>,
    ) {
        let Some(next) = &decision.next else {
            return;
        };
        let former = decision
            .former
            .as_ref()
            .map(|former| former.ownership.subscription_id);
        self.subscriptions.retain(|_, kept| {
            kept.ownership.subscription_id != next.ownership.subscription_id
                && Some(kept.ownership.subscription_id) != former
        });
        let key = next.purchase_key.clone();
        self.keys.extend(alias.map(|alias| (alias, key.clone())));
        // Without a state the answer says nothing of what it was asked with: the former memory stays.
        if let Some(memory) = memory {
            self.memory.insert(key.clone(), memory);
        }
        self.subscriptions.insert(key, next.clone());
    }
}

/// What it means that the store does not know a purchase of which nothing is kept.
pub fn decide_missing(cause: &Cause, now: Timestamp) -> Decision {
    let (broadcaster, settings) = tenant();
    let scope = scope(&broadcaster, &settings, now);
    reduce_missing(None, now, cause, &scope)
}

/// What it means that a broadcaster wants to be told of a subscription again.
pub fn resend(current: &Subscription, now: Timestamp) -> Decision {
    let (broadcaster, settings) = tenant();
    reduce_resend(current, &scope(&broadcaster, &settings, now))
}

fn tenant() -> (BroadcasterId, BroadcasterSettings) {
    let broadcaster = BroadcasterId::new("700100200").unwrap();
    (broadcaster, BroadcasterSettings::default())
}

fn scope<'a>(
    broadcaster_id: &'a BroadcasterId,
    settings: &'a BroadcasterSettings,
    now: Timestamp,
) -> Scope<'a> {
    Scope {
        broadcaster_id,
        environment: Environment::Sandbox,
        settings,
        received_at: now,
        now,
    }
}

/// The offers of all that the broadcaster sells, by product.
fn offers<S: StoreUnderTest>() -> BTreeMap<String, OfferRef> {
    let products = [Plan::Basic, Plan::Premium, Plan::Trial].map(S::product);
    let products = products.into_iter().chain(S::one_time_product());
    let offer = OfferRef {
        offer_id: OfferId::new("S1_US").unwrap(),
        package_name: "Everything".to_owned(),
        tags: BTreeSet::new(),
        rental: None,
        price: None,
    };
    products
        .map(|product| (product.to_owned(), offer.clone()))
        .collect()
}
