//! The Amazon Appstore: what was bought on Fire TV. The tests are told in the words of [`Scene`].

mod changes;
mod confirmation;
mod forgeries;
mod notifications;
mod one_time;
mod purchase;
mod setup;

use local_stack::broadcaster::Broadcaster;
use local_stack::broadcaster::amazon::{MONTHLY, tested};
use local_stack::due::look_now;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::DeliveryRecord;
use store_simulator::amazon::model::{Action, NewPurchase, Options, Receipt};
use store_simulator::amazon::{AmazonControl, CustomMessage};

use crate::story::{
    SOON, beacon_types, broadcaster_with, eventually, has_status, may_watch, patience, stack,
    subscriptions,
};

/// A broadcaster that nobody else uses and that sells in the Appstore.
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
        broadcaster.sells_on_amazon(&stack()).await.unwrap();
        Self { broadcaster }
    }

    /// Configures the store anew, with these settings over what it needs.
    async fn configured(&self, settings: Value) {
        let configured = self.broadcaster.configure_amazon(&settings).await;
        configured.unwrap();
    }

    /// The configuration as the broadcaster's API shows it.
    async fn shown(&self) -> Value {
        let path = "/v1/stores/amazon";
        let shown = self.broadcaster.call(Method::GET, path, None);
        let shown = shown.await.unwrap();
        assert_eq!(shown.status, 200, "{shown:?}");
        shown.body
    }

    /// The store's side.
    fn appstore(&self) -> &AmazonControl {
        &self.broadcaster.amazon
    }

    /// A new purchase of the product, made without a notification.
    async fn bought(&self, sku: &str) -> Receipt {
        self.bought_as(tested(sku).silently()).await
    }

    /// A new purchase like this.
    async fn bought_as(&self, wanted: NewPurchase) -> Receipt {
        let outcome = self.appstore().buy(&wanted).await.unwrap();
        self.broadcaster.note_amazon(&outcome.receipt).unwrap();
        outcome.receipt
    }

    /// A monthly purchase that a customer has submitted.
    async fn subscribed(&self, customer: &str) -> Receipt {
        let receipt = self.bought(MONTHLY).await;
        let outcome = self.submits(customer, &receipt).await;
        assert_eq!(outcome["status"], "success", "{outcome}");
        receipt
    }

    /// How the submission of a customer ends.
    async fn submits(&self, customer: &str, receipt: &Receipt) -> Value {
        let limit = patience(SOON);
        self.broadcaster
            .claim_amazon(customer, receipt, limit)
            .await
            .unwrap()
    }

    /// Something happens at the store, now. Answers the receipt afterwards: the new one, where another
    /// takes its place.
    async fn happens(&self, receipt: &Receipt, action: Action) -> Receipt {
        self.happens_with(receipt, action, Options::default()).await
    }

    async fn happens_with(&self, receipt: &Receipt, action: Action, options: Options) -> Receipt {
        let now = options.without_moving_the_clock();
        let outcome = self.appstore().act(&receipt.receipt_id, action, &now);
        let outcome = outcome.await.unwrap();
        self.broadcaster.note_amazon(&outcome.receipt).unwrap();
        outcome.receipt
    }

    /// Sends a message that nothing at the store has caused. Answers its id.
    async fn says(&self, message: &CustomMessage) -> String {
        self.appstore().notify(message).await.unwrap().message_id
    }

    /// Waits until every notification so far has been taken, or given up.
    async fn delivered(&self) -> Vec<DeliveryRecord> {
        let counts = self.appstore().flush(SOON).await.unwrap();
        assert_eq!(counts.pending, 0, "{counts:?}");
        self.appstore().calls().await.unwrap().deliveries
    }

    /// The statuses with which the deliveries of one message were answered.
    async fn answered(&self, message_id: &str) -> Vec<u16> {
        let records = self.delivered().await;
        let of_it = records
            .into_iter()
            .filter(|record| record.notification_id == message_id);
        of_it
            .flat_map(|record| record.attempts)
            .filter_map(|attempt| attempt.status)
            .collect()
    }

    /// The time for a look has come: the schedule's function runs, and nobody does anything else.
    async fn is_looked_at(&self, receipt: &Receipt) {
        look_now(&stack(), &self.broadcaster.id, &receipt.receipt_id)
            .await
            .unwrap();
    }

    /// The Beacon notifications of a purchase, which must be of these types.
    async fn told(&self, receipt: &Receipt, types: &[&str]) -> Vec<Value> {
        beacon_types(&self.broadcaster, &receipt.receipt_id, types).await
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

    /// How often the store was asked about a receipt.
    async fn times_asked(&self, receipt: &Receipt) -> u64 {
        let calls = self.appstore().calls().await.unwrap();
        let asked = calls.look_ups.by_receipt.get(receipt.receipt_id.as_str());
        asked.copied().unwrap_or_default()
    }

    /// Waits until the store was asked about a receipt more often than that.
    async fn is_asked_more_than(&self, times: u64, receipt: &Receipt) {
        eventually("the store is asked", async || {
            (self.times_asked(receipt).await > times).then_some(())
        })
        .await;
    }
}

/// The end of what is paid, in Unix seconds.
fn end(receipt: &Receipt) -> i64 {
    receipt.period_end.unwrap().as_second()
}
