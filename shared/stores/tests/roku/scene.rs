//! What the tests share: a configuration, a transaction, a message.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{
    ConfigRules, Environment, FieldError, Locator, PurchaseKey, Reading, Store, StoreNotification,
    StoreSnapshot, StoreState, Timestamp,
};
use serde_json::{Value, json};
use stores::{
    ConnectorContext, LookUpError, LookedUp, NotificationError, Received, StoreConfig,
    connectors::roku, parse_submission,
};

use crate::json::changed;
use crate::keys::PUSH;
use crate::roku::{KEYS, Reply, Roku};

/// The first transaction of a subscription, and a later one.
pub const FIRST: &str = "a41e7d2290c811f0b3a20a58a9feac01";
pub const LATER: &str = "c77e0a11-90d9-11f0-b3a2-0a58a9feac02";
/// The first transaction of another one.
pub const OTHER: &str = "f00dcafe90c811f0b3a20a58a9feac03";
pub const CHANNEL: &str = "712345";
pub const API_KEY: &str = "1f2e3d4c-0000-4aaa-9bbb-5c6d7e8f9a0b";
pub const SECOND_KEY: &str = "2f2e3d4c-0000-4aaa-9bbb-5c6d7e8f9a0b";
pub const ISSUER: &str = "Roku, Inc. urn:roku:apps:partner-service.roku.com";

/// In the middle of the period that [`transaction`] is about.
pub fn now() -> Timestamp {
    at("2026-11-20T12:00:00Z")
}

pub const BOUGHT_AT: &str = "2026-11-02T10:15:00Z";
pub const ENDS_AT: &str = "2026-12-02T10:15:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// As Roku writes a date.
pub fn date(text: &str) -> String {
    format!("/Date({}+0000)/", at(text).as_millisecond())
}

/// The JSON of a working configuration, with `changes` on top.
pub fn settings(roku: &str, changes: &Value) -> Value {
    let settings = json!({
        "apiKeys": [API_KEY],
        "channelIds": [CHANNEL, "712346"],
        "apiBaseUrl": format!("{roku}/service"),
        "keysUrl": format!("{roku}{KEYS}"),
        "timeoutSeconds": 2,
    });
    changed(settings, changes)
}

pub fn parse(json: &Value, environment: Environment) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules { local_stack: true };
    StoreConfig::parse(Store::Roku, json, environment, &rules)
}

/// A configuration that asks nobody.
pub fn config(changes: &Value) -> roku::Config {
    let config = parse(
        &settings("http://localhost:1", changes),
        Environment::Sandbox,
    )
    .unwrap();
    config.downcast_ref::<roku::Config>().unwrap().clone()
}

/// What an app submits.
pub fn locator() -> Locator {
    locator_of(FIRST)
}

pub fn locator_of(id: &str) -> Locator {
    let body = json!({ "transactionId": id });
    parse_submission(Store::Roku, &body).unwrap().locator
}

/// What is known of the purchase besides.
pub fn knowing(details: &Value) -> Locator {
    let details = details.as_object().unwrap().iter();
    Locator {
        key: PurchaseKey::new(FIRST).unwrap(),
        details: details
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect(),
    }
}

/// A subscription in its first month, with `changes` on top.
pub fn transaction(changes: &Value) -> Value {
    let transaction = json!({
        "errorCode": null, "errorDetails": null, "errorMessage": "", "status": 0,
        "transactionId": FIRST, "OriginalTransactionId": FIRST,
        "rokuCustomerId": "5b0f3c1d9a7e4412b6c8d2e0f4a19377",
        "channelId": 712_345, "channelName": "Example TV",
        "productId": "extv_premium_monthly", "productName": "Premium monthly", "quantity": 1,
        "amount": 8.99, "tax": 0.72, "total": 9.71, "currency": "usd",
        "couponCode": null, "partnerReferenceId": null,
        "purchaseDate": date(BOUGHT_AT), "originalPurchaseDate": date(BOUGHT_AT),
        "expirationDate": date(ENDS_AT),
        "isEntitled": true, "cancelled": false, "purchaseStatus": "Active",
        "purchaseType": null, "cancelledTransactionIds": null,
        "purchaseChannel": "device", "purchaseContext": "iap",
    });
    changed(transaction, changes)
}

pub fn read_with(
    config: &roku::Config,
    locator: &Locator,
    answer: &Value,
    at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    roku::snapshot(config, locator, answer, None, at)
}

/// What is made of the transaction.
pub fn read(changes: &Value) -> StoreSnapshot {
    read_at(changes, &json!({}), now())
}

/// The same with what is known besides, at a time.
pub fn read_at(changes: &Value, known: &Value, at: Timestamp) -> StoreSnapshot {
    let config = config(&json!({}));
    read_with(&config, &knowing(known), &transaction(changes), at).unwrap()
}

/// The state that was read, with all that the next look-up gets as its details.
pub fn known(snapshot: StoreSnapshot) -> StoreState {
    let hints = snapshot.hints();
    match snapshot.reading {
        Reading::Known(state) => StoreState {
            details: hints.unwrap(),
            ..state
        },
        other => panic!("{other:?}"),
    }
}

/// The fields that webhooks show.
pub fn shown(snapshot: &StoreSnapshot) -> Vec<&str> {
    let Reading::Known(state) = &snapshot.reading else {
        panic!("{:?}", snapshot.reading);
    };
    state.details.keys().map(String::as_str).collect()
}

/// The connector and a server in Roku's place, which has sold one subscription.
pub struct Scene {
    pub roku: Roku,
    pub context: ConnectorContext,
}

impl Scene {
    pub async fn set() -> Self {
        let roku = Roku::start().await;
        roku.replies(FIRST, Reply::json(&transaction(&json!({}))));
        roku.replies(KEYS, Reply::keys(&[&PUSH]));
        Self {
            roku,
            context: ConnectorContext::new().unwrap(),
        }
    }

    pub fn config(&self, changes: &Value) -> StoreConfig {
        let settings = settings(&self.roku.address, changes);
        parse(&settings, Environment::Sandbox).unwrap()
    }

    pub async fn look(&self) -> Result<LookedUp, LookUpError> {
        self.look_at(&locator()).await
    }

    pub async fn look_at(&self, locator: &Locator) -> Result<LookedUp, LookUpError> {
        self.look_by(&self.config(&json!({})), locator).await
    }

    pub async fn look_by(
        &self,
        config: &StoreConfig,
        locator: &Locator,
    ) -> Result<LookedUp, LookUpError> {
        config.look_up(&self.context, locator, now()).await
    }

    pub async fn receive(&self, body: &str) -> Result<Received, NotificationError> {
        self.receive_by(&self.config(&json!({})), body, now()).await
    }

    pub async fn receive_by(
        &self,
        config: &StoreConfig,
        body: &str,
        at: Timestamp,
    ) -> Result<Received, NotificationError> {
        let read = config.read_notification(&self.context, &[], body.as_bytes(), at);
        read.await.map(|accepted| accepted.received)
    }

    /// What a rightly signed message is about.
    pub async fn about(&self, message: &Value) -> StoreNotification {
        match self.receive(&PUSH.sign(&claims_of(message))).await.unwrap() {
            Received::About(about) => about,
            other => panic!("{other:?}"),
        }
    }
}

/// A message about the subscription, with `changes` on top.
pub fn message(kind: &str, changes: &Value) -> Value {
    let message = json!({
        "customerId": "5b0f3c1d9a7e4412b6c8d2e0f4a19377",
        "transactionType": kind,
        "transactionId": LATER, "originalTransactionId": FIRST,
        "channelId": CHANNEL, "productCode": "extv_premium_monthly",
        "productName": "Premium monthly", "isFreeTrial": false,
        "originalPurchaseDate": BOUGHT_AT, "eventDate": "2026-11-20T11:59:58.1234567Z",
        "responseKey": "c77e0a11-90d9-11f0-b3a2-0a58a9feac99",
    });
    changed(message, changes)
}

/// Claims of now, with `changes` on top.
pub fn claims(message: &str, changes: &Value) -> Value {
    let made_at = now().as_second() - 5;
    let claims = json!({
        "iss": ISSUER,
        "exp": made_at + 24 * 3600,
        "nbf": made_at - 3600,
        "x-Roku-message": URL_SAFE_NO_PAD.encode(message),
        "x-Roku-message-encoding": "base64-utf8",
        "x-Roku-message-key": "rm-0001",
        "x-Roku-message-type": "roku.rpay.push",
    });
    changed(claims, changes)
}

pub fn claims_of(message: &Value) -> Value {
    claims(&message.to_string(), &json!({}))
}

/// The body of a notification that a period was paid.
pub fn renewed() -> String {
    PUSH.sign(&claims_of(&message("Sale", &json!({}))))
}
