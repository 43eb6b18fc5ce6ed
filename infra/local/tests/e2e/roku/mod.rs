//! Roku Pay: what was bought on a television. The tests are told in the words of [`Scene`].

mod configuration;
mod forgeries;
mod notifications;
mod once;
mod plans;
mod purchase;
mod reconciliation;
mod states;
mod submission;

use jiff::{SignedDuration, Timestamp};
use local_stack::broadcaster::Broadcaster;
use local_stack::broadcaster::roku::MONTHLY;
use serde_json::{Value, json};
use store_simulator::DeliveryRecord;
use store_simulator::roku::model::{Action, NewPurchase, Options, Plan, Purchase};
use store_simulator::roku::{Calls, Roku};

use crate::scene::Shop;
use crate::story::stack;

type Scene = crate::scene::Scene<Roku>;

impl Shop for Roku {
    async fn opens(broadcaster: &Broadcaster) -> anyhow::Result<()> {
        broadcaster.sells_on_roku(&stack()).await
    }

    async fn configures(broadcaster: &Broadcaster, settings: &Value) -> anyhow::Result<()> {
        broadcaster.configure_roku(settings).await
    }

    fn deliveries(calls: Calls) -> Vec<DeliveryRecord> {
        calls.deliveries
    }

    fn look_ups(calls: &Calls, id: &str) -> u64 {
        let asked = calls.look_ups.by_purchase.get(id);
        asked.copied().unwrap_or_default()
    }
}

impl Scene {
    /// The first transaction of a new purchase that is paid from the start, made without a notification.
    async fn bought(&self, product: &str) -> String {
        self.bought_as(NewPurchase::of(product).without_trial().silently())
            .await
    }

    /// The first transaction of a new purchase like this.
    async fn bought_as(&self, wanted: NewPurchase) -> String {
        let outcome = self.store().buy(&wanted).await.unwrap();
        self.noted(&outcome.purchase)
    }

    /// The first transaction of a monthly subscription that a customer has claimed.
    async fn subscribed(&self, customer: &str) -> String {
        let id = self.bought(MONTHLY).await;
        let outcome = self.submits(customer, &id).await;
        assert_eq!(outcome["status"], "success", "{outcome}");
        id
    }

    /// How it ends when a customer submits a transaction.
    async fn submits(&self, customer: &str, id: &str) -> Value {
        self.broadcaster.confidential.note(id).unwrap();
        let body = json!({ "transactionId": id });
        self.hands_over(customer, &body).await
    }

    /// Something happens at the store now. Answers the purchase afterwards: the new one, where another
    /// takes its place.
    async fn happens(&self, id: &str, action: Action) -> Purchase {
        self.happens_with(id, action, Options::default()).await
    }

    /// The same with these options, on the clock that everybody else goes by.
    async fn happens_with(&self, id: &str, action: Action, options: Options) -> Purchase {
        let options = Options {
            move_clock: false,
            ..options
        };
        let outcome = self.store().act(id, action, &options).await.unwrap();
        self.noted(&outcome.purchase);
        outcome.purchase
    }

    /// The period that was paid is over, without a word. The date is moved, not the clock.
    async fn period_ends(&self, id: &str) {
        let over = Options {
            expiration_date: Some(Timestamp::now() - SignedDuration::from_mins(1)),
            ..Options::default()
        };
        self.happens_with(id, Action::MoveExpiration, over).await;
    }

    /// Lets periods of the monthly plan that begin from now on last so long, such as `P1M`.
    async fn periods_last(&self, period: &str) {
        let plans = json!({"plans": [Plan::monthly(MONTHLY, "8.99").lasting(period)]});
        self.store().reconfigure(&plans).await.unwrap();
    }

    fn noted(&self, purchase: &Purchase) -> String {
        self.broadcaster.note_roku(purchase).unwrap();
        purchase.original_transaction_id.to_string()
    }
}
