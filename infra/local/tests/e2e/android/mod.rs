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
use store_simulator::android::AndroidControl;
use store_simulator::android::model::{Action, NewPurchase, Options, Purchase};

use crate::story::{
    SOON, beacon_types, broadcaster_with, eventually, has_status, may_watch, patience, stack,
    subscriptions,
};

/// A broadcaster that nobody else uses and that sells on Google Play.
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
        broadcaster.sells_on_android(&stack()).await.unwrap();
        Self { broadcaster }
    }

    /// Configures the store anew, with these settings over what it needs.
    async fn configured(&self, settings: Value) {
        let configured = self.broadcaster.configure_android(&settings).await;
        configured.unwrap();
    }

    /// The store's side.
    fn play(&self) -> &AndroidControl {
        &self.broadcaster.android
    }

    /// The token of a new purchase of the product, made without a notification.
    async fn bought(&self, product: &str) -> String {
        self.bought_as(NewPurchase::of(product, BASE_PLAN).silently())
            .await
    }

    /// The token of a new purchase like this.
    async fn bought_as(&self, wanted: NewPurchase) -> String {
        let outcome = self.play().buy(&wanted).await.unwrap();
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
            "packageName": self.play().package_name(), "purchaseToken": token,
        });
        json!({"offerId": offer, "receipt": receipt})
    }

    /// How the payment with this body ends.
    async fn pays_with(&self, customer: &str, body: Value) -> Value {
        let path = "/android/payment";
        let correlation = self.queued(customer, path, &body).await;
        self.outcome(customer, &correlation).await
    }

    /// How it ends when a customer submits the token without naming an offer.
    async fn submits(&self, customer: &str, token: &str) -> Value {
        let body = json!({
            "packageName": self.play().package_name(), "purchaseToken": token,
        });
        let path = "/android/purchase-validation";
        let correlation = self.queued(customer, path, &body).await;
        self.outcome(customer, &correlation).await
    }

    /// The correlation id of a submission.
    async fn queued(&self, customer: &str, path: &str, body: &Value) -> String {
        let broadcaster = &self.broadcaster;
        let answer = broadcaster
            .call_as(customer, Method::POST, path, Some(body))
            .await
            .unwrap();
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body["correlationId"].as_str().unwrap().to_owned()
    }

    /// How a submission ended.
    async fn outcome(&self, customer: &str, correlation: &str) -> Value {
        let limit = patience(SOON);
        self.broadcaster
            .outcome_of("android", customer, correlation, limit)
            .await
            .unwrap()
    }

    /// Something happens at the store. Answers the purchase afterwards: the new one, where another
    /// takes its place.
    async fn happens(&self, token: &str, action: Action) -> Purchase {
        self.happens_with(token, action, &Options::default()).await
    }

    async fn happens_with(&self, token: &str, action: Action, options: &Options) -> Purchase {
        let outcome = self.play().act(token, action, options).await.unwrap();
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
            let purchase = self.play().purchase(token).await.unwrap();
            purchase.acknowledged.then_some(())
        })
        .await;
    }

    /// Waits until every notification so far has been taken, or given up.
    async fn delivered(&self) -> Vec<DeliveryRecord> {
        let counts = self.play().flush(SOON).await.unwrap();
        assert_eq!(counts.pending, 0, "{counts:?}");
        self.play().calls().await.unwrap().deliveries
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

    /// How often the store was asked about a purchase.
    async fn times_asked(&self, token: &str) -> u64 {
        let calls = self.play().calls().await.unwrap();
        calls.gets.by_token.get(token).copied().unwrap_or_default()
    }
}
