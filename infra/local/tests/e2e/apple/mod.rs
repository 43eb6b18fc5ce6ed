//! The App Store: what Apple signs, tells and keeps. The tests are told in the words of [`Scene`].

mod configuration;
mod family;
mod forgeries;
mod life;
mod notifications;
mod one_time;
mod purchase;
mod reconciliation;
mod refunds;

use local_stack::broadcaster::Broadcaster;
use local_stack::broadcaster::apple::{MONTHLY, purchase_of};
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::DeliveryRecord;
use store_simulator::apple::AppleControl;
use store_simulator::apple::model::{Action, NewPurchase, Options, Purchase};
use store_simulator::{Chance, DeliveryFaults, Faults};

use crate::story::{
    SOON, beacon_types, broadcaster_with, eventually, has_status, may_watch, patience, stack,
    subscriptions,
};

const SLUG: &str = "apple";
const SUBMISSIONS: &str = "/apple/purchase-validation";

/// A broadcaster that nobody else uses and that sells in the App Store.
struct Scene {
    broadcaster: Broadcaster,
}

impl Scene {
    async fn new() -> Self {
        Self::with(&json!({})).await
    }

    /// One whose broadcaster has these switches.
    async fn with(settings: &Value) -> Self {
        let broadcaster = broadcaster_with(settings).await;
        broadcaster.sells_on_apple(&stack()).await.unwrap();
        Self { broadcaster }
    }

    /// Configures the store anew, with these settings over what it needs.
    async fn configured(&self, settings: Value) {
        let configured = self.broadcaster.configure_apple(&settings).await;
        configured.unwrap();
    }

    /// Apple's side.
    fn store(&self) -> &AppleControl {
        &self.broadcaster.apple
    }

    /// The id of a new purchase of the product, of which no notification is sent.
    async fn bought(&self, product: &str) -> String {
        self.bought_as(&purchase_of(product)).await
    }

    /// The id of a new purchase like this.
    async fn bought_as(&self, wanted: &NewPurchase) -> String {
        let outcome = self.store().buy(wanted).await.unwrap();
        self.noted(outcome.purchase).original_transaction_id
    }

    /// The id of a monthly purchase that a customer has submitted.
    async fn subscribed(&self, customer: &str) -> String {
        let id = self.bought(MONTHLY).await;
        let outcome = self.submits(customer, &id).await;
        assert_eq!(outcome["status"], "success", "{outcome}");
        id
    }

    /// How it ends when a customer's app submits a transaction's id.
    async fn submits(&self, customer: &str, id: &str) -> Value {
        self.hands_over(customer, &json!({"transactionId": id}))
            .await
    }

    /// How it ends when a customer's app submits this.
    async fn hands_over(&self, customer: &str, body: &Value) -> Value {
        let broadcaster = &self.broadcaster;
        let correlation = broadcaster.submit_to(SLUG, customer, body).await.unwrap();
        broadcaster
            .outcome_of(SLUG, customer, &correlation, patience(SOON))
            .await
            .unwrap()
    }

    /// Something happens at the store. Answers the purchase afterwards.
    async fn happens(&self, id: &str, action: Action) -> Purchase {
        self.happens_with(id, action, &Options::default()).await
    }

    async fn happens_with(&self, id: &str, action: Action, options: &Options) -> Purchase {
        let outcome = self.store().act(id, action, options).await.unwrap();
        self.noted(outcome.purchase)
    }

    fn noted(&self, purchase: Purchase) -> Purchase {
        self.broadcaster.note_apple(&purchase).unwrap();
        purchase
    }

    /// Notifications get lost from now on.
    async fn loses_notifications(&self) {
        let lost = Faults {
            delivery: DeliveryFaults {
                drop: Chance::ALWAYS,
                ..DeliveryFaults::default()
            },
            ..Faults::default()
        };
        self.store().set_faults(&lost).await.unwrap();
    }

    /// Waits until every notification so far has been taken, or given up.
    async fn delivered(&self) -> Vec<DeliveryRecord> {
        let counts = self.store().flush(SOON).await.unwrap();
        assert_eq!(counts.pending, 0, "{counts:?}");
        self.store().calls().await.unwrap().deliveries
    }

    /// The Beacon notifications of a purchase, which must be of these types.
    async fn told(&self, id: &str, types: &[&str]) -> Vec<Value> {
        beacon_types(&self.broadcaster, id, types).await
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

    /// How often Apple was asked about a purchase.
    async fn times_asked(&self, id: &str) -> u64 {
        let calls = self.store().calls().await.unwrap();
        calls.look_ups.get(id).copied().unwrap_or_default().total()
    }

    /// Waits until Apple was asked about a purchase more often than that.
    async fn asked_again(&self, id: &str, before: u64) {
        eventually("Apple is asked", async || {
            (self.times_asked(id).await > before).then_some(())
        })
        .await;
    }

    /// The answer to a call with the publisher token, which must be 200.
    async fn called(&self, method: Method, path: &str) -> Value {
        let answer = self.broadcaster.call(method, path, None).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }
}

/// The store's clock stays where it is.
fn early() -> Options {
    Options {
        move_clock: false,
        ..Options::default()
    }
}
