//! Test scene: a simulator with one app, and a server that receives its notifications.

use std::time::Duration;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use store_simulator::{
    Control, DeliveryCounts, RunningSimulator, Simulator,
    apple::{
        ActionOutcome, AppleControl, Configuration, CustomNotification,
        model::{
            Action, Discount, Environment, NewPurchase, Offer, OfferType, Options, Product,
            ProductKind, Purchase,
        },
    },
};

use crate::{ACCOUNT, BUNDLE, START, receiver::Receiver, verifier::verify};

pub struct Scene {
    pub simulator: RunningSimulator,
    pub receiver: Receiver,
    pub store: AppleControl,
    pub http: reqwest::Client,
    pub root: Vec<u8>,
}

impl Scene {
    pub async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let receiver = Receiver::start().await;
        let store = Control::new(simulator.base_url()).apple(BUNDLE);
        let configuration = configuration(Some(receiver.url()));
        store.configure(&configuration).await.unwrap();
        let root = store.root().await.unwrap().bytes();
        let http = https::client(|builder| builder).unwrap();
        Self {
            simulator,
            receiver,
            store,
            http,
            root,
        }
    }

    /// Creates a scene with a purchase of the monthly plan.
    pub async fn bought() -> (Self, String) {
        let scene = Self::set().await;
        let purchase = scene
            .buy(&NewPurchase::of("premium").for_account(ACCOUNT))
            .await;
        (scene, purchase.original_transaction_id)
    }

    pub async fn buy(&self, wanted: &NewPurchase) -> Purchase {
        self.store.buy(wanted).await.unwrap().purchase
    }

    pub async fn act(&self, id: &str, action: Action, options: &Options) -> ActionOutcome {
        self.store.act(id, action, options).await.unwrap()
    }

    /// Applies an action, and returns the kinds of its notifications.
    pub async fn kinds(&self, id: &str, action: Action, options: &Options) -> Vec<String> {
        let outcome = self.act(id, action, options).await;
        let sent = outcome.notifications.into_iter();
        sent.map(|one| one.kind).collect()
    }

    /// Returns the status with which an action is refused.
    pub async fn refusal(&self, id: &str, action: Action, options: &Options) -> u16 {
        match self.store.act(id, action, options).await.unwrap_err() {
            store_simulator::ControlError::Refused { status, .. } => status,
            other => unreachable!("{other}"),
        }
    }

    /// Waits for every delivery.
    pub async fn settle(&self) -> DeliveryCounts {
        self.store.flush(Duration::from_secs(20)).await.unwrap()
    }

    /// Sends a notification, and returns its `signedPayload` as it arrived.
    pub async fn sent(&self, custom: &CustomNotification) -> String {
        self.store.notify(custom).await.unwrap();
        self.settle().await;
        let received = self.receiver.received();
        let body = received.last().unwrap().json();
        body["signedPayload"].as_str().unwrap().to_owned()
    }

    /// Returns every notification that has arrived, verified, with its signed parts decoded.
    pub async fn notifications(&self) -> Vec<Value> {
        self.settle().await;
        let received = self.receiver.received();
        let bodies = received.iter().map(|one| one.json());
        bodies
            .map(|body| self.opened(&body["signedPayload"]))
            .collect()
    }

    /// Returns the last notification.
    pub async fn told(&self) -> Value {
        self.notifications().await.pop().unwrap()
    }

    /// Verifies a notification, and replaces the signed parts in its data by their payloads.
    pub fn opened(&self, signed: &Value) -> Value {
        let mut payload = self.verified(signed);
        for part in ["signedTransactionInfo", "signedRenewalInfo"] {
            if payload["data"][part].is_string() {
                payload["data"][part] = self.verified(&payload["data"][part]);
            }
        }
        payload
    }

    pub fn verified(&self, signed: &Value) -> Value {
        verify(signed.as_str().unwrap(), &self.root).unwrap()
    }

    /// Returns a token for the API, with these claims and header fields instead of the right ones.
    pub async fn token(&self, claims: &Value, header: &Value) -> String {
        let key = self.store.api_key().await.unwrap();
        let now = Timestamp::now().as_second();
        let mut all = json!({"iss": key.issuer_id, "iat": now, "exp": now + 300,
            "aud": "appstoreconnect-v1", "bid": BUNDLE});
        let fields = all.as_object_mut().unwrap();
        fields.extend(claims.as_object().unwrap().clone());
        let mut first = Header::new(Algorithm::ES256);
        first.kid = header["kid"]
            .as_str()
            .map(str::to_owned)
            .or(Some(key.key_id));
        let pem = EncodingKey::from_ec_pem(key.private_key.as_bytes()).unwrap();
        encode(&first, &all, &pem).unwrap()
    }

    pub fn url(&self, environment: Environment, path: &str) -> String {
        format!("{}/inApps{path}", self.store.api_url(environment))
    }

    async fn send(&self, request: RequestBuilder) -> Response {
        let token = self.token(&json!({}), &json!({})).await;
        request.bearer_auth(token).send().await.unwrap()
    }

    /// Makes a call to production.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.get_in(Environment::Production, path).await
    }

    pub async fn get_in(&self, environment: Environment, path: &str) -> (u16, Value) {
        let request = self.http.get(self.url(environment, path));
        parts(self.send(request).await).await
    }

    /// Makes a call to production with a body.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = self.url(Environment::Production, path);
        parts(self.send(self.http.post(url).json(body)).await).await
    }

    pub async fn response(&self, path: &str) -> Response {
        let request = self.http.get(self.url(Environment::Production, path));
        self.send(request).await
    }

    /// Returns the transaction as the API shows it.
    pub async fn transaction(&self, id: &str) -> Value {
        let (status, answer) = self.get(&format!("/v1/transactions/{id}")).await;
        assert_eq!(status, 200);
        self.verified(&answer["signedTransactionInfo"])
    }

    /// Returns status, last transaction and renewal info of a subscription as the API shows them.
    pub async fn status(&self, id: &str) -> (u64, Value, Value) {
        let (status, answer) = self.get(&format!("/v1/subscriptions/{id}")).await;
        assert_eq!(status, 200);
        let groups = answer["data"].as_array().unwrap();
        let all = groups
            .iter()
            .flat_map(|group| group["lastTransactions"].as_array().unwrap());
        let last = all
            .into_iter()
            .find(|last| last["originalTransactionId"] == id)
            .unwrap();
        (
            last["status"].as_u64().unwrap(),
            self.verified(&last["signedTransactionInfo"]),
            self.verified(&last["signedRenewalInfo"]),
        )
    }
}

/// Returns the status, and the body if it is JSON.
pub async fn parts(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

/// Converts a time to milliseconds.
pub fn millis(time: &str) -> i64 {
    time.parse::<Timestamp>().unwrap().as_millisecond()
}

/// Returns a configuration with a frozen clock, three plans of a group, one of another group, and a
/// film.
pub fn configuration(notification_url: Option<String>) -> Configuration {
    let come_back = Offer {
        discount: Discount::PayAsYouGo,
        amount: "4.99".to_owned(),
        periods: 2,
        ..Offer::free_trial("come-back", OfferType::WinBack, "P1M")
    };
    let premium = Product::monthly("premium", "9.99", "EUR")
        .with_free_trial("P1W")
        .with_offer(come_back);
    Configuration {
        notification_url,
        products: vec![
            premium,
            Product::monthly("basic", "4.99", "EUR"),
            Product::monthly("yearly", "99.90", "EUR").lasting("P1Y"),
            Product::monthly("family", "14.99", "EUR").family_sharable(),
            Product::monthly("sports", "5.99", "EUR").in_group("21234999"),
            Product::one_time("film", ProductKind::NonConsumable, "3.99", "EUR"),
            Product::one_time("rental", ProductKind::Consumable, "2.99", "EUR"),
            Product::one_time("season", ProductKind::NonRenewing, "29.99", "EUR"),
        ],
        first_backoff_millis: 10,
        clock_start: Some(START.parse().unwrap()),
        clock_frozen: true,
        ..Configuration::default()
    }
}
