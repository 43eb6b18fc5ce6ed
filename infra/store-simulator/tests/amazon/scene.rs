//! Test scene: a simulator with one app, and a server that receives its notifications.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;
use store_simulator::{
    Control, DeliveryCounts, RunningSimulator, Simulator,
    amazon::{
        ActionOutcome, AmazonControl, Configuration, CustomMessage,
        model::{Action, NewPurchase, Options, Product, Receipt},
    },
};

use crate::{
    PACKAGE, SECRET, START,
    receiver::{Received, Receiver},
};

pub const MONTHLY: &str = "premium.monthly";
pub const YEARLY: &str = "premium.yearly";
pub const TRIAL: &str = "trial.monthly";

pub struct Scene {
    pub simulator: RunningSimulator,
    pub receiver: Receiver,
    pub store: AmazonControl,
    pub http: reqwest::Client,
}

impl Scene {
    pub async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let receiver = Receiver::start().await;
        let store = Control::new(simulator.base_url()).amazon(PACKAGE);
        let configuration = configuration(Some(receiver.url()));
        store.configure(&configuration).await.unwrap();
        Self {
            simulator,
            receiver,
            store,
            http: https::client(|builder| builder).unwrap(),
        }
    }

    /// Creates a scene with a purchase of the monthly plan, of which no notification was sent.
    pub async fn bought() -> (Self, Receipt) {
        let scene = Self::set().await;
        let receipt = scene.buys(&NewPurchase::of(MONTHLY).silently()).await;
        (scene, receipt)
    }

    pub async fn buys(&self, wanted: &NewPurchase) -> Receipt {
        self.store.buy(wanted).await.unwrap().receipt
    }

    pub async fn does(&self, receipt: &Receipt, action: Action) -> ActionOutcome {
        self.does_with(receipt, action, &Options::default()).await
    }

    pub async fn does_with(
        &self,
        receipt: &Receipt,
        action: Action,
        options: &Options,
    ) -> ActionOutcome {
        let id = &receipt.receipt_id;
        self.store.act(id, action, options).await.unwrap()
    }

    /// Waits for every delivery.
    pub async fn settle(&self) -> DeliveryCounts {
        self.store.flush(Duration::from_secs(20)).await.unwrap()
    }

    /// Sends a message and returns it as it arrives.
    pub async fn sent(&self, custom: &CustomMessage) -> Received {
        self.store.notify(custom).await.unwrap();
        self.settle().await;
        self.receiver.received().pop().unwrap()
    }

    /// Returns the message inside of the last envelope that arrived.
    pub async fn last_message(&self) -> Value {
        self.settle().await;
        self.receiver.received().pop().unwrap().message()
    }

    /// Looks a receipt up in production.
    pub async fn look_up(&self, receipt: &Receipt) -> (u16, Value) {
        parts(
            self.ask("", SECRET, &receipt.user_id, &receipt.receipt_id)
                .await,
        )
        .await
    }

    /// Returns the body of a look-up that succeeds.
    pub async fn shown(&self, receipt: &Receipt) -> Value {
        let (status, body) = self.look_up(receipt).await;
        assert_eq!(status, 200);
        body
    }

    /// Makes a look-up below `folder`, with each part as one segment.
    pub async fn ask(&self, folder: &str, secret: &str, user: &str, receipt: &str) -> Response {
        let parts = [secret, user, receipt].map(segment);
        self.ask_as_written(folder, &parts[0], &parts[1], &parts[2])
            .await
    }

    pub async fn ask_as_written(
        &self,
        folder: &str,
        secret: &str,
        user: &str,
        receipt: &str,
    ) -> Response {
        let base = self.store.rvs_base_url();
        let url = format!(
            "{base}{folder}/version/1.0/verifyReceiptId/developer/{secret}/user/{user}/receiptId/{receipt}"
        );
        self.http.get(url).send().await.unwrap()
    }

    /// Visits a URL of the notification service, at the simulator instead.
    pub async fn visit(&self, url: &str) -> Response {
        let (_, path) = url.split_once(".amazonaws.com/").unwrap();
        let base = self.store.sns_base_url();
        self.http
            .get(format!("{base}/{path}"))
            .send()
            .await
            .unwrap()
    }
}

impl Received {
    /// Returns the message inside of the envelope.
    pub fn message(&self) -> Value {
        serde_json::from_str(self.json()["Message"].as_str().unwrap()).unwrap()
    }
}

/// Returns the status, and the body if it is JSON.
pub async fn parts(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

/// Percent-encodes everything but letters and digits.
pub fn segment(text: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(sign).collect()
}

/// Converts a time to milliseconds.
pub fn millis(at: &str) -> i64 {
    at.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

pub fn kinds(outcome: &ActionOutcome) -> Vec<&str> {
    let messages = outcome.messages.iter();
    messages.map(|message| message.kind.as_str()).collect()
}

/// Returns a configuration with a frozen clock and a few products.
pub fn configuration(notification_url: Option<String>) -> Configuration {
    Configuration {
        shared_secret: SECRET.to_owned(),
        notification_url,
        products: products(),
        backoff_millis: 10,
        clock_start: Some(START.parse().unwrap()),
        clock_frozen: true,
        ..Configuration::default()
    }
}

pub fn products() -> Vec<Product> {
    vec![
        Product::monthly("premium", MONTHLY),
        Product::monthly("premium", YEARLY).lasting("P1Y", "1 Year"),
        Product::monthly("trial", TRIAL).with_free_trial_seconds(7 * 86_400),
        Product::entitlement("film"),
        Product::consumable("rental"),
    ]
}
