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
use store_simulator::roku::RokuControl;
use store_simulator::roku::model::{Action, NewPurchase, Options, Plan, Purchase};

use crate::story::{
    SOON, beacon_types, broadcaster_with, eventually, has_status, may_watch, patience, stack,
    subscriptions,
};

/// A broadcaster that nobody else uses and that sells through Roku Pay.
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
        broadcaster.sells_on_roku(&stack()).await.unwrap();
        Self { broadcaster }
    }

    /// The store's side.
    fn roku(&self) -> &RokuControl {
        &self.broadcaster.roku
    }

    /// The first transaction of a new purchase that is paid from the start, made without a notification.
    async fn bought(&self, product: &str) -> String {
        self.bought_as(NewPurchase::of(product).without_trial().silently())
            .await
    }

    /// The first transaction of a new purchase like this.
    async fn bought_as(&self, wanted: NewPurchase) -> String {
        let outcome = self.roku().buy(&wanted).await.unwrap();
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
        let correlation = self.broadcaster.submit_to("roku", customer, &body).await;
        self.broadcaster
            .outcome_of("roku", customer, &correlation.unwrap(), patience(SOON))
            .await
            .unwrap()
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
        let outcome = self.roku().act(id, action, &options).await.unwrap();
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
        self.roku().reconfigure(&plans).await.unwrap();
    }

    fn noted(&self, purchase: &Purchase) -> String {
        self.broadcaster.note_roku(purchase).unwrap();
        purchase.original_transaction_id.to_string()
    }

    /// Waits until every notification so far has been taken, or given up.
    async fn delivered(&self) -> Vec<DeliveryRecord> {
        let counts = self.roku().flush(SOON).await.unwrap();
        assert_eq!(counts.pending, 0, "{counts:?}");
        self.roku().calls().await.unwrap().deliveries
    }

    /// The Beacon notifications of a purchase, which must be of these types.
    async fn told(&self, transaction: &str, types: &[&str]) -> Vec<Value> {
        beacon_types(&self.broadcaster, transaction, types).await
    }

    async fn may_watch(&self, customer: &str, offer: &str) -> bool {
        may_watch(&self.broadcaster, customer, offer).await
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

    /// How often the store was asked about a purchase.
    async fn times_asked(&self, id: &str) -> u64 {
        let calls = self.roku().calls().await.unwrap();
        let by_purchase = calls.look_ups.by_purchase;
        by_purchase.get(id).copied().unwrap_or_default()
    }

    /// Waits until the store was asked about a purchase more often than that.
    async fn asked_again(&self, id: &str, before: u64) {
        eventually("the store is asked", async || {
            (self.times_asked(id).await > before).then_some(())
        })
        .await;
    }
}
