//! Test scene: a simulator with one account, and a server that receives its notifications.

use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use reqwest::Response;
use serde_json::Value;
use store_simulator::{
    Control, DeliveryCounts, RunningSimulator, Simulator,
    roku::{
        Configuration, CustomPush, RokuControl,
        model::{NewPurchase, Purchase},
    },
};

use crate::{
    ACCOUNT, API_KEY, START,
    receiver::{Received, Receiver},
    stage::{channels, plans},
};

pub struct Scene {
    pub simulator: RunningSimulator,
    pub receiver: Receiver,
    pub store: RokuControl,
    pub http: reqwest::Client,
}

impl Scene {
    pub async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let receiver = Receiver::start().await;
        let store = Control::new(simulator.base_url()).roku(ACCOUNT);
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

    /// Creates a scene with a purchase of the monthly plan.
    pub async fn bought() -> (Self, Purchase) {
        let scene = Self::set().await;
        let purchase = scene.buy("monthly").await;
        (scene, purchase)
    }

    pub async fn buy(&self, product_code: &str) -> Purchase {
        let wanted = NewPurchase::of(product_code);
        self.store.buy(&wanted).await.unwrap().purchase
    }

    /// Waits for every delivery.
    pub async fn settle(&self) -> DeliveryCounts {
        self.store.flush(Duration::from_secs(20)).await.unwrap()
    }

    /// Sends a notification and returns it as it arrives.
    pub async fn pushed(&self, custom: &CustomPush) -> Received {
        self.store.notify(custom).await.unwrap();
        self.settle().await;
        self.receiver.received().pop().unwrap()
    }

    pub async fn get(&self, url: &str) -> Response {
        self.http.get(url).send().await.unwrap()
    }

    pub async fn keys(&self) -> JwkSet {
        self.get(&self.store.jwks_url()).await.json().await.unwrap()
    }

    pub async fn validate_with(&self, api_key: &str, id: &str) -> Response {
        let service = self.store.service_url();
        let url = format!("{service}/validate-transaction/{api_key}/{id}");
        self.get(&url).await
    }

    /// Returns the response of `validate-transaction` with the account's key.
    pub async fn validate(&self, id: &str) -> Value {
        let answer = self.validate_with(API_KEY, id).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    pub async fn validate_refund(&self, id: &str) -> Value {
        let service = self.store.service_url();
        let url = format!("{service}/validate-refund/{API_KEY}/{id}");
        self.get(&url).await.json().await.unwrap()
    }
}

/// Returns a configuration with a frozen clock, two channels and a few plans.
pub fn configuration(notification_url: Option<String>) -> Configuration {
    Configuration {
        api_keys: vec![API_KEY.to_owned()],
        channels: channels(),
        plans: plans(),
        notification_url,
        first_backoff_millis: 10,
        clock_start: Some(START.parse().unwrap()),
        clock_frozen: true,
        ..Configuration::default()
    }
}
