//! Google Play: what was bought on a phone. The tests are told in the words of [`Scene`].

mod acknowledgement;
mod chains;
mod coupons;
mod notifications;
mod one_time;
mod payments;
mod pending;
mod purchase;
mod receipt;
mod states;
mod switches;
mod tokens;
mod voids;

use local_stack::broadcaster::{BASE_PLAN, Broadcaster, MONTHLY_OFFER, MONTHLY_PRODUCT};
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::DeliveryRecord;
use store_simulator::android::model::{Action, NewPurchase, Options, Purchase};
use store_simulator::android::{Android, Calls};

use crate::scene::Shop;
use crate::story::{eventually, stack};

type Scene = crate::scene::Scene<Android>;

impl Shop for Android {
    async fn opens(broadcaster: &Broadcaster) -> anyhow::Result<()> {
        broadcaster.sells_on_android(&stack()).await
    }

    async fn configures(broadcaster: &Broadcaster, settings: &Value) -> anyhow::Result<()> {
        broadcaster.configure_android(settings).await
    }

    fn deliveries(calls: Calls) -> Vec<DeliveryRecord> {
        calls.deliveries
    }

    fn look_ups(calls: &Calls, id: &str) -> u64 {
        calls.gets.by_token.get(id).copied().unwrap_or_default()
    }
}

impl Scene {
    /// The token of a new purchase of the product, made without a notification.
    async fn bought(&self, product: &str) -> String {
        self.bought_as(NewPurchase::of(product, BASE_PLAN).silently())
            .await
    }

    /// The token of a new purchase like this.
    async fn bought_as(&self, wanted: NewPurchase) -> String {
        let outcome = self.store().buy(&wanted).await.unwrap();
        self.noted(&outcome.purchase)
    }

    /// The token of a monthly purchase that a customer has paid for, and that is acknowledged.
    async fn subscribed(&self, customer: &str) -> String {
        self.subscribed_to(customer, MONTHLY_OFFER, MONTHLY_PRODUCT)
            .await
    }

    async fn subscribed_to(&self, customer: &str, offer: &str, product: &str) -> String {
        let token = self.bought(product).await;
        let outcome = self.pays(customer, offer, &token).await;
        assert_eq!(outcome["status"], "success", "{outcome}");
        self.acknowledged(&token).await;
        token
    }

    /// How the payment of a customer ends who hands over the token.
    async fn pays(&self, customer: &str, offer: &str, token: &str) -> Value {
        self.pays_with(customer, self.payment(offer, token)).await
    }

    /// The body of a payment.
    fn payment(&self, offer: &str, token: &str) -> Value {
        let receipt = json!({
            "packageName": self.store().package_name(), "purchaseToken": token,
        });
        json!({"offerId": offer, "receipt": receipt})
    }

    /// How the payment with this body ends.
    async fn pays_with(&self, customer: &str, body: Value) -> Value {
        let path = "/android/payment";
        let correlation = self.queued_at(path, customer, &body).await;
        self.outcome(customer, &correlation).await
    }

    /// How it ends when a customer submits the token without naming an offer.
    async fn submits(&self, customer: &str, token: &str) -> Value {
        let body = json!({
            "packageName": self.store().package_name(), "purchaseToken": token,
        });
        self.hands_over(customer, &body).await
    }

    /// The correlation id of a submission to this path.
    async fn queued_at(&self, path: &str, customer: &str, body: &Value) -> String {
        let broadcaster = &self.broadcaster;
        let answer = broadcaster
            .call_as(customer, Method::POST, path, Some(body))
            .await
            .unwrap();
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body["correlationId"].as_str().unwrap().to_owned()
    }

    /// Something happens at the store. Answers the purchase afterwards: the new one, where another
    /// takes its place.
    async fn happens(&self, token: &str, action: Action) -> Purchase {
        self.happens_with(token, action, &Options::default()).await
    }

    async fn happens_with(&self, token: &str, action: Action, options: &Options) -> Purchase {
        let outcome = self.store().act(token, action, options).await.unwrap();
        self.noted(&outcome.purchase);
        outcome.purchase
    }

    fn noted(&self, purchase: &Purchase) -> String {
        let token = purchase.purchase_token.to_string();
        self.broadcaster.confidential.note(&token).unwrap();
        token
    }

    /// Waits until the store has been told that the purchase was delivered.
    async fn acknowledged(&self, token: &str) {
        eventually("the purchase is acknowledged", async || {
            let purchase = self.store().purchase(token).await.unwrap();
            purchase.acknowledged.then_some(())
        })
        .await;
    }
}
