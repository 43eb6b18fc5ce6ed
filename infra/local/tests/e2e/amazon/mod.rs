//! The Amazon Appstore: what was bought on Fire TV. The tests are told in the words of [`Scene`].

mod changes;
mod confirmation;
mod forgeries;
mod notifications;
mod one_time;
mod purchase;
mod setup;

use local_stack::broadcaster::Broadcaster;
use local_stack::broadcaster::amazon::{MONTHLY, submission, tested};
use local_stack::due::look_now;
use reqwest::Method;
use serde_json::Value;
use store_simulator::DeliveryRecord;
use store_simulator::amazon::model::{Action, NewPurchase, Options, Receipt};
use store_simulator::amazon::{Amazon, Calls, CustomMessage};

use crate::scene::Shop;
use crate::story::stack;

type Scene = crate::scene::Scene<Amazon>;

impl Shop for Amazon {
    async fn opens(broadcaster: &Broadcaster) -> anyhow::Result<()> {
        broadcaster.sells_on_amazon(&stack()).await
    }

    async fn configures(broadcaster: &Broadcaster, settings: &Value) -> anyhow::Result<()> {
        broadcaster.configure_amazon(settings).await
    }

    fn deliveries(calls: Calls) -> Vec<DeliveryRecord> {
        calls.deliveries
    }

    fn look_ups(calls: &Calls, id: &str) -> u64 {
        let asked = calls.look_ups.by_receipt.get(id);
        asked.copied().unwrap_or_default()
    }
}

impl Scene {
    /// The configuration as the broadcaster's API shows it.
    async fn shown(&self) -> Value {
        self.called(Method::GET, "/v1/stores/amazon").await
    }

    /// A new purchase of the product, made without a notification.
    async fn bought(&self, sku: &str) -> Receipt {
        self.bought_as(tested(sku).silently()).await
    }

    /// A new purchase like this.
    async fn bought_as(&self, wanted: NewPurchase) -> Receipt {
        let outcome = self.store().buy(&wanted).await.unwrap();
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
        self.hands_over(customer, &submission(receipt)).await
    }

    /// Something happens at the store, now. Answers the receipt afterwards: the new one, where another
    /// takes its place.
    async fn happens(&self, receipt: &Receipt, action: Action) -> Receipt {
        self.happens_with(receipt, action, Options::default()).await
    }

    async fn happens_with(&self, receipt: &Receipt, action: Action, options: Options) -> Receipt {
        let now = options.without_moving_the_clock();
        let store = self.store();
        let outcome = store.act(&receipt.receipt_id, action, &now);
        let outcome = outcome.await.unwrap();
        self.broadcaster.note_amazon(&outcome.receipt).unwrap();
        outcome.receipt
    }

    /// Sends a message that nothing at the store has caused. Answers its id.
    async fn says(&self, message: &CustomMessage) -> String {
        self.store().notify(message).await.unwrap().message_id
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
}

/// The end of what is paid, in Unix seconds.
fn end(receipt: &Receipt) -> i64 {
    receipt.period_end.unwrap().as_second()
}
