//! Stripe: what was bought on the web, also for a television. The tests are told in the words of
//! [`Scene`].

mod configuration;
mod forgeries;
mod money_back;
mod notifications;
mod once;
mod plans;
mod purchase;
mod reconciliation;
mod states;
mod submission;

use local_stack::broadcaster::Broadcaster;
use local_stack::broadcaster::stripe::MONTHLY_PRICE;
use serde_json::{Value, json};
use store_simulator::DeliveryRecord;
use store_simulator::stripe::StripeControl;
use store_simulator::stripe::model::{Action, NewCheckout, Options, Purchase};

use crate::story::{
    SOON, beacon_types, broadcaster, eventually, has_status, may_watch, patience, stack,
    subscriptions,
};

/// A broadcaster that nobody else uses and that sells on the web.
struct Scene {
    broadcaster: Broadcaster,
}

impl Scene {
    async fn new() -> Self {
        let broadcaster = broadcaster().await;
        broadcaster.sells_on_stripe(&stack()).await.unwrap();
        Self { broadcaster }
    }

    /// One whose store is configured with these settings besides.
    async fn with(settings: Value) -> Self {
        let scene = Self::new().await;
        let configured = scene.broadcaster.configure_stripe(&settings).await;
        configured.unwrap();
        scene
    }

    /// The store's side.
    fn store(&self) -> &StripeControl {
        &self.broadcaster.stripe
    }

    /// A new monthly subscription, of which no event tells.
    async fn bought(&self) -> Purchase {
        self.bought_as(NewCheckout::subscription(MONTHLY_PRICE).silently())
            .await
    }

    /// A new purchase like this, in the mode of a sandbox.
    async fn bought_as(&self, wanted: NewCheckout) -> Purchase {
        let outcome = self.store().buy(&wanted.in_test_mode()).await.unwrap();
        self.noted(outcome.purchase)
    }

    /// The id of a monthly subscription that a customer has claimed.
    async fn subscribed(&self, customer: &str) -> String {
        let id = self.bought().await.id;
        let outcome = self.claims(customer, &id).await;
        assert_eq!(outcome["status"], "success", "{outcome}");
        id
    }

    /// How it ends when a customer submits a subscription.
    async fn claims(&self, customer: &str, id: &str) -> Value {
        let body = json!({ "subscriptionId": id });
        self.submits(customer, body).await
    }

    /// How it ends when a customer submits this.
    async fn submits(&self, customer: &str, body: Value) -> Value {
        let correlation = self.queued(customer, &body).await;
        self.broadcaster
            .outcome_of("stripe", customer, &correlation, patience(SOON))
            .await
            .unwrap()
    }

    /// The correlation id of a submission.
    async fn queued(&self, customer: &str, body: &Value) -> String {
        let queued = self.broadcaster.submit_to("stripe", customer, body).await;
        queued.unwrap()
    }

    /// Something happens at the store, before its time. Answers the purchase afterwards.
    async fn happens(&self, id: &str, action: Action) -> Purchase {
        self.happens_with(id, action, early()).await
    }

    async fn happens_with(&self, id: &str, action: Action, options: Options) -> Purchase {
        let outcome = self.store().act(id, action, &options).await.unwrap();
        self.noted(outcome.purchase)
    }

    fn noted(&self, purchase: Purchase) -> Purchase {
        self.broadcaster.note_stripe(&purchase).unwrap();
        purchase
    }

    /// Waits until every event so far has been taken, or given up.
    async fn delivered(&self) -> Vec<DeliveryRecord> {
        let counts = self.store().flush(SOON).await.unwrap();
        assert_eq!(counts.pending, 0, "{counts:?}");
        self.store().calls().await.unwrap().deliveries
    }

    /// The Beacon notifications of a purchase, which must be of these types.
    async fn told(&self, transaction: &str, types: &[&str]) -> Vec<Value> {
        beacon_types(&self.broadcaster, transaction, types).await
    }

    async fn may_watch(&self, customer: &str, offer: &str) -> bool {
        may_watch(&self.broadcaster, customer, offer).await
    }

    /// Waits until the customer's access to an offer is as wanted.
    async fn access_becomes(&self, customer: &str, offer: &str, wanted: bool) {
        eventually(&format!("access to {offer} is {wanted}"), async || {
            let may = self.may_watch(customer, offer).await;
            (may == wanted).then_some(())
        })
        .await;
    }

    /// Waits until a subscription of the customer has this status.
    async fn is(&self, customer: &str, status: &str) -> Value {
        has_status(&self.broadcaster, customer, status).await
    }

    /// The customer's only subscription, as the broadcaster's API shows it.
    async fn subscription(&self, customer: &str) -> Value {
        let mut all = subscriptions(&self.broadcaster, customer).await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// How often the store was asked about an object.
    async fn times_asked(&self, id: &str) -> u64 {
        let calls = self.store().calls().await.unwrap();
        let times = calls.look_ups.by_object.get(id);
        times.copied().unwrap_or_default()
    }
}

/// Before its time: the store's clock stays where it is.
fn early() -> Options {
    Options {
        move_clock: false,
        ..Options::default()
    }
}

/// The same, to this price.
fn to(price: &str) -> Options {
    Options {
        price_id: Some(price.to_owned()),
        ..early()
    }
}
