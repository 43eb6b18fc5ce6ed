//! Test scene: a simulator with one account, and a server that receives its events.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Response;
use serde_json::{Value, json};
use store_simulator::{
    Control, ControlError, DeliveryCounts, RunningSimulator, Simulator,
    stripe::{
        ActionOutcome, ApiKey, Configuration, CustomEvent, StripeControl,
        model::{Action, Interval, NewCheckout, Options, Price, Purchase},
    },
};

use crate::{
    ACCOUNT, START,
    receiver::{Received, Receiver},
};

pub const LIVE_KEY: &str = "sk_live_demo";
pub const TEST_KEY: &str = "sk_test_demo";
pub const SECRET: &str = "whsec_demo";

pub struct Scene {
    pub simulator: RunningSimulator,
    pub receiver: Receiver,
    pub store: StripeControl,
    pub http: reqwest::Client,
}

impl Scene {
    pub async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let receiver = Receiver::start().await;
        let store = Control::new(simulator.base_url()).stripe(ACCOUNT);
        let configuration = configuration(Some(receiver.url()));
        store.configure(&configuration).await.unwrap();
        let http = https::client(|builder| builder).unwrap();
        Self {
            simulator,
            receiver,
            store,
            http,
        }
    }

    /// Creates a scene whose account is configured with these changes.
    pub async fn with(changes: Value) -> Self {
        let scene = Self::set().await;
        scene.store.reconfigure(&changes).await.unwrap();
        scene
    }

    /// Creates a scene with a new subscription.
    pub async fn bought() -> (Self, Purchase) {
        let scene = Self::set().await;
        let purchase = scene.buy().await;
        (scene, purchase)
    }

    pub async fn buy(&self) -> Purchase {
        let wanted = NewCheckout::subscription("price_m").for_user("u-4821");
        self.creates(&wanted).await.purchase
    }

    pub async fn creates(&self, wanted: &NewCheckout) -> ActionOutcome {
        self.store.buy(wanted).await.unwrap()
    }

    pub async fn does(&self, id: &str, action: Action) -> ActionOutcome {
        self.does_with(id, action, &Options::default()).await
    }

    pub async fn does_with(&self, id: &str, action: Action, options: &Options) -> ActionOutcome {
        self.store.act(id, action, options).await.unwrap()
    }

    /// Returns the status with which an action is refused; 0 if it is not.
    pub async fn refuses(&self, id: &str, action: Action, options: &Options) -> u16 {
        match self.store.act(id, action, options).await {
            Err(ControlError::Refused { status, .. }) => status,
            _ => 0,
        }
    }

    /// Waits for every delivery.
    pub async fn settle(&self) -> DeliveryCounts {
        self.store.flush(Duration::from_secs(20)).await.unwrap()
    }

    /// Sends an event that no action causes, and returns it as it arrives.
    pub async fn pushed(&self, custom: &CustomEvent) -> Received {
        self.store.notify(custom).await.unwrap();
        self.settle().await;
        self.receiver.received().last().unwrap().clone()
    }

    pub async fn call(&self, path: &str) -> Response {
        self.call_with(LIVE_KEY, path).await
    }

    pub async fn call_with(&self, key: &str, path: &str) -> Response {
        let url = format!("{}{path}", self.store.api_base_url());
        let request = self.http.get(url).bearer_auth(key);
        request.send().await.unwrap()
    }

    /// Returns a response, which must be successful.
    pub async fn get(&self, path: &str) -> Value {
        let response = self.call(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub async fn look_up(&self, purchase: &Purchase) -> Value {
        self.get(&format!("/subscriptions/{}", purchase.id)).await
    }

    /// Returns the status and the error of a refused call.
    pub async fn refused(&self, key: &str, path: &str) -> (u16, Value) {
        let response = self.call_with(key, path).await;
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        (status, body["error"].clone())
    }
}

/// Returns the types of an outcome's events, in order.
pub fn kinds(outcome: &ActionOutcome) -> Vec<&str> {
    let events = outcome.events.iter();
    events.map(|event| event.kind.as_str()).collect()
}

pub fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_second()
}

/// Returns the ids of the entries of a list.
pub fn ids(list: &Value) -> Vec<String> {
    let entries = list["data"].as_array().unwrap().iter();
    entries
        .map(|entry| entry["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Event types of a paid invoice, in order.
pub const PAID: [&str; 5] = [
    "invoice.finalized",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice.paid",
    "invoice.payment_succeeded",
];

pub const UPDATED: &str = "customer.subscription.updated";

/// Returns a configuration with a frozen clock and some prices.
pub fn configuration(notification_url: Option<String>) -> Configuration {
    Configuration {
        notification_url,
        api_keys: vec![ApiKey::secret(LIVE_KEY), ApiKey::secret(TEST_KEY)],
        signing_secrets: vec![SECRET.into()],
        prices: vec![
            Price::monthly("price_m", "prod_premium", 999, "eur").lookup_key("premium_monthly"),
            Price::monthly("price_b", "prod_basic", 499, "eur"),
            Price::monthly("price_y", "prod_premium", 9_999, "eur").lasting(Interval::Year, 1),
            Price::once("price_film", "prod_film", 399, "eur"),
        ],
        first_backoff_millis: 10,
        clock_start: Some(START.parse().unwrap()),
        clock_frozen: true,
        ..Configuration::default()
    }
}

/// Returns a list of strings as JSON.
pub fn all_events() -> Value {
    json!({"enabledEvents": ["*"]})
}
