//! What the tests of the stores that notify are told in: a broadcaster that sells at one store, and
//! the store's side of it. What only one store can do is in that store's folder.

use std::marker::PhantomData;

use local_stack::broadcaster::{Broadcaster, Market};
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::{DeliveryRecord, NotifyingStore, StoreControl};

use crate::story::{
    SOON, beacon_types, broadcaster_with, eventually, has_status, may_watch, subscriptions,
    time_limit,
};

/// A store at which a scene's broadcaster sells.
pub trait Shop: NotifyingStore + Market {
    /// Lets a new broadcaster sell there.
    async fn opens(broadcaster: &Broadcaster) -> anyhow::Result<()>;

    /// Configures the store anew, with these settings over what it needs.
    async fn configures(broadcaster: &Broadcaster, settings: &Value) -> anyhow::Result<()>;

    /// Notifications so far: one record a copy.
    fn deliveries(calls: Self::Calls) -> Vec<DeliveryRecord>;

    /// How often the store was asked about a purchase.
    fn look_ups(calls: &Self::Calls, id: &str) -> u64;
}

/// A broadcaster that nobody else uses and that sells at one store.
pub struct Scene<S> {
    pub broadcaster: Broadcaster,
    store: PhantomData<S>,
}

impl<S: Shop> Scene<S> {
    pub async fn new() -> Self {
        Self::with(&json!({})).await
    }

    /// A scene whose broadcaster has these switches.
    pub async fn with(settings: &Value) -> Self {
        let broadcaster = broadcaster_with(settings).await;
        S::opens(&broadcaster).await.unwrap();
        Self::of(broadcaster)
    }

    /// A scene of a broadcaster that is there already.
    pub fn of(broadcaster: Broadcaster) -> Self {
        Self {
            broadcaster,
            store: PhantomData,
        }
    }

    /// Configures the store anew, with these settings over what it needs.
    pub async fn configured(&self, settings: Value) {
        S::configures(&self.broadcaster, &settings).await.unwrap();
    }

    /// The store's side.
    pub fn store(&self) -> StoreControl<S> {
        self.broadcaster.store()
    }

    /// The correlation id of a submission.
    pub async fn queued(&self, customer: &str, body: &Value) -> String {
        let queued = self.broadcaster.submit_to(S::SLUG, customer, body).await;
        queued.unwrap()
    }

    /// How a submission ended.
    pub async fn outcome(&self, customer: &str, correlation: &str) -> Value {
        let limit = time_limit(SOON);
        self.broadcaster
            .outcome_of(S::SLUG, customer, correlation, limit)
            .await
            .unwrap()
    }

    /// How it ends when a customer's app submits this.
    pub async fn hands_over(&self, customer: &str, body: &Value) -> Value {
        let correlation = self.queued(customer, body).await;
        self.outcome(customer, &correlation).await
    }

    /// Waits until every notification so far has been taken, or given up.
    pub async fn delivered(&self) -> Vec<DeliveryRecord> {
        let counts = self.store().flush(SOON).await.unwrap();
        assert_eq!(counts.pending, 0, "{counts:?}");
        S::deliveries(self.store().calls().await.unwrap())
    }

    /// The Beacon notifications of a purchase, which must be of these types.
    pub async fn told(&self, transaction: &str, types: &[&str]) -> Vec<Value> {
        beacon_types(&self.broadcaster, transaction, types).await
    }

    pub async fn may_watch(&self, customer: &str, offer: &str) -> bool {
        may_watch(&self.broadcaster, customer, offer).await
    }

    /// Waits until the customer's access to an offer is as wanted.
    pub async fn access_becomes(&self, customer: &str, offer: &str, wanted: bool) {
        eventually(&format!("access to {offer} is {wanted}"), async || {
            let may = self.may_watch(customer, offer).await;
            (may == wanted).then_some(())
        })
        .await;
    }

    /// Waits until a subscription of the customer has this status.
    pub async fn is(&self, customer: &str, status: &str) -> Value {
        has_status(&self.broadcaster, customer, status).await
    }

    /// The customer's only subscription, as the broadcaster's API shows it.
    pub async fn subscription(&self, customer: &str) -> Value {
        let mut all = subscriptions(&self.broadcaster, customer).await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// How often the store was asked about a purchase.
    pub async fn times_asked(&self, id: &str) -> u64 {
        S::look_ups(&self.store().calls().await.unwrap(), id)
    }

    /// Waits until the store was asked about a purchase more often than that.
    pub async fn asked_again(&self, id: &str, before: u64) {
        eventually("the store is asked", async || {
            (self.times_asked(id).await > before).then_some(())
        })
        .await;
    }

    /// The answer to a call with the publisher token, which must be 200.
    pub async fn called(&self, method: Method, path: &str) -> Value {
        let answer = self.broadcaster.call(method, path, None).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }
}
