//! Test scene: a simulator with one app, and a server that receives its pushes.

use std::time::Duration;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use store_simulator::{
    Control, DeliveryCounts, RunningSimulator, Simulator,
    android::{
        AndroidControl, Configuration,
        model::{BasePlan, NewPurchase, Purchase},
    },
};

use crate::{PACKAGE, START, receiver::Receiver};

pub struct Scene {
    pub simulator: RunningSimulator,
    pub receiver: Receiver,
    pub store: AndroidControl,
    pub http: reqwest::Client,
}

impl Scene {
    pub async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let receiver = Receiver::start().await;
        let store = Control::new(simulator.base_url()).android(PACKAGE);
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
        let purchase = scene.buy().await;
        (scene, purchase)
    }

    pub async fn buy(&self) -> Purchase {
        let wanted = NewPurchase::of("premium", "monthly").for_account("a3f1c0de9b");
        self.store.buy(&wanted).await.unwrap().purchase
    }

    /// Waits for every delivery.
    pub async fn settle(&self) -> DeliveryCounts {
        self.store.flush(Duration::from_secs(20)).await.unwrap()
    }

    /// Requests an access token, with these claims instead of the right ones.
    pub async fn ask_for_token(&self, changes: &Value) -> Response {
        let file = self.store.service_account().await.unwrap();
        let now = Timestamp::now().as_second();
        let mut claims = json!({"iss": file["client_email"], "aud": file["token_uri"], "iat": now,
            "exp": now + 3_600, "scope": "https://www.googleapis.com/auth/androidpublisher"});
        let fields = claims.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let pem = file["private_key"].as_str().unwrap();
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        let assertion = encode(&Header::new(Algorithm::RS256), &claims, &key).unwrap();
        self.ask_with(&assertion).await
    }

    pub async fn ask_with(&self, assertion: &str) -> Response {
        let body = format!(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}"
        );
        let request = self.http.post(self.store.token_url()).body(body);
        request.send().await.unwrap()
    }

    /// Returns an access token of the app's account.
    pub async fn access_token(&self) -> String {
        let answer = self.ask_for_token(&json!({})).await;
        let answer: Value = answer.json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Calls the publisher API; `path` begins after the app's name.
    pub async fn call(&self, method: Method, path: &str) -> Response {
        let token = self.access_token().await;
        let url = self.url(path);
        let request = self.http.request(method, url).bearer_auth(token);
        request.send().await.unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        let base = self.store.api_base_url();
        format!("{base}/applications/{PACKAGE}{path}")
    }

    pub async fn get(&self, token: &str) -> (u16, Value) {
        let path = format!("/purchases/subscriptionsv2/tokens/{token}");
        parts(self.call(Method::GET, &path).await).await
    }

    pub async fn acknowledge(&self, token: &str) -> (u16, Value) {
        let path = format!("/purchases/subscriptions/premium/tokens/{token}:acknowledge");
        parts(self.call(Method::POST, &path).await).await
    }
}

/// Returns the status, and the body if it is JSON.
pub async fn parts(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

/// Returns the reason in an error of the publisher API.
pub fn reason(answer: &Value) -> &str {
    answer["error"]["errors"][0]["reason"].as_str().unwrap()
}

/// Returns a configuration with a frozen clock and two plans.
pub fn configuration(notification_url: Option<String>) -> Configuration {
    Configuration {
        notification_url,
        plans: vec![
            BasePlan::monthly("premium", "monthly", "9.99", "EUR"),
            BasePlan::monthly("basic", "monthly", "4.99", "EUR"),
        ],
        first_backoff_millis: 10,
        clock_start: Some(START.parse().unwrap()),
        clock_frozen: true,
        ..Configuration::default()
    }
}
