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
use serde_json::{Value, json};
use store_simulator::DeliveryRecord;
use store_simulator::apple::model::{Action, NewPurchase, Options, Purchase};
use store_simulator::apple::{Apple, Calls};
use store_simulator::{Chance, DeliveryFaults, Faults};

use crate::scene::Shop;
use crate::story::stack;

const SUBMISSIONS: &str = "/apple/purchase-validation";

type Scene = crate::scene::Scene<Apple>;

impl Shop for Apple {
    async fn opens(broadcaster: &Broadcaster) -> anyhow::Result<()> {
        broadcaster.sells_on_apple(&stack()).await
    }

    async fn configures(broadcaster: &Broadcaster, settings: &Value) -> anyhow::Result<()> {
        broadcaster.configure_apple(settings).await
    }

    fn deliveries(calls: Calls) -> Vec<DeliveryRecord> {
        calls.deliveries
    }

    fn look_ups(calls: &Calls, id: &str) -> u64 {
        let asked = calls.look_ups.get(id);
        asked.copied().unwrap_or_default().total()
    }
}

impl Scene {
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
}

/// The store's clock stays where it is.
fn early() -> Options {
    Options {
        move_clock: false,
        ..Options::default()
    }
}
