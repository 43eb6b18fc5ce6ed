//! Stripe: what was bought on the web, also for a television. The tests are told in the words of
//! [`Scene`].

mod configuration;
mod forgeries;
mod notifications;
mod once;
mod plans;
mod purchase;
mod reconciliation;
mod refunds;
mod states;
mod submission;

use local_stack::broadcaster::Broadcaster;
use local_stack::broadcaster::stripe::MONTHLY_PRICE;
use serde_json::{Value, json};
use store_simulator::DeliveryRecord;
use store_simulator::stripe::model::{Action, NewCheckout, Options, Purchase};
use store_simulator::stripe::{Calls, Stripe};

use crate::scene::Shop;
use crate::story::stack;

type Scene = crate::scene::Scene<Stripe>;

impl Shop for Stripe {
    async fn opens(broadcaster: &Broadcaster) -> anyhow::Result<()> {
        broadcaster.sells_on_stripe(&stack()).await
    }

    async fn configures(broadcaster: &Broadcaster, settings: &Value) -> anyhow::Result<()> {
        broadcaster.configure_stripe(settings).await
    }

    fn deliveries(calls: Calls) -> Vec<DeliveryRecord> {
        calls.deliveries
    }

    fn look_ups(calls: &Calls, id: &str) -> u64 {
        let asked = calls.look_ups.by_object.get(id);
        asked.copied().unwrap_or_default()
    }
}

impl Scene {
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
        self.hands_over(customer, &body).await
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
