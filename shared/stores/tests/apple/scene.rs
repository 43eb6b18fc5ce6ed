//! What the tests share: a configuration, a purchase and its parts, a notification.

use std::sync::LazyLock;

use domain::{
    ConfigRules, Environment, FieldError, Locator, PurchaseKey, Reading, Store, StoreNotification,
    StoreSnapshot, StoreState, Timestamp,
};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};
use stores::{
    Connector, ConnectorContext, LookUpError, LookedUp, NotificationError, Received, StoreConfig,
    connectors::apple, parse_submission,
};

use crate::authority::{APPLE, fingerprint, pem, signed};
use crate::json::changed;
use crate::server::Server;

pub const BUNDLE: &str = "com.example.streaming";
pub const APP: i64 = 1_234_567_890;
pub const ORIGINAL: &str = "700001230000001";
pub const LATEST: &str = "700001234567891";
pub const GROUP: &str = "21234567";
pub const TOKEN: &str = "7e3fb204-2a1d-4b0f-9d3c-5a7f6f6c1e11";
pub const ISSUER: &str = "57246542-96fe-1a63-e053-0824d011072a";
pub const KEY_ID: &str = "2X9R4HXF34";

/// The key of the API, as it is downloaded.
pub static API_KEY: LazyLock<String> =
    LazyLock::new(|| pem(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()));

pub fn now() -> Timestamp {
    at("2026-11-20T12:00:00Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn millis(text: &str) -> i64 {
    at(text).as_millisecond()
}

/// The JSON of a working configuration, with `changes` on top. Both environments are at one address.
pub fn settings(address: &str, changes: &Value) -> Value {
    let settings = json!({
        "issuerId": ISSUER,
        "keyId": KEY_ID,
        "privateKey": *API_KEY,
        "bundleId": BUNDLE,
        "appAppleId": APP,
        "rootFingerprints": [fingerprint(&APPLE.root.der)],
        "apiBaseUrl": format!("{address}/production"),
        "sandboxApiBaseUrl": format!("{address}/sandbox"),
        "timeoutSeconds": 2,
    });
    changed(settings, changes)
}

pub fn parse(json: &Value, environment: Environment) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules { local_stack: true };
    StoreConfig::parse(Store::Apple, json, environment, &rules)
}

/// A configuration of production that asks nobody.
pub fn config(changes: &Value) -> apple::Config {
    let config = parse(
        &settings("http://localhost:1", changes),
        Environment::Production,
    )
    .unwrap();
    config.downcast_ref::<apple::Config>().unwrap().clone()
}

/// The last transaction of a subscription in its sixth month, with `changes` on top.
pub fn transaction(changes: &Value) -> Value {
    let transaction = json!({
        "transactionId": LATEST,
        "originalTransactionId": ORIGINAL,
        "webOrderLineItemId": "700000567890123",
        "bundleId": BUNDLE,
        "productId": "premium.monthly",
        "subscriptionGroupIdentifier": GROUP,
        "purchaseDate": millis("2026-11-15T00:00:01.250Z"),
        "originalPurchaseDate": millis("2026-06-15T00:00:01.250Z"),
        "expiresDate": millis("2026-12-15T00:00:01.250Z"),
        "quantity": 1,
        "type": "Auto-Renewable Subscription",
        "inAppOwnershipType": "PURCHASED",
        "appAccountToken": TOKEN,
        "appTransactionId": "704289512345678901",
        "signedDate": millis("2026-11-20T11:59:00Z"),
        "environment": "Production",
        "transactionReason": "RENEWAL",
        "storefront": "DEU",
        "price": 9990,
        "currency": "EUR",
    });
    changed(transaction, changes)
}

/// How that subscription goes on, with `changes` on top.
pub fn renewal(changes: &Value) -> Value {
    let renewal = json!({
        "originalTransactionId": ORIGINAL,
        "productId": "premium.monthly",
        "autoRenewProductId": "premium.monthly",
        "autoRenewStatus": 1,
        "isInBillingRetryPeriod": false,
        "renewalDate": millis("2026-12-15T00:00:01.250Z"),
        "renewalPrice": 9990,
        "currency": "EUR",
        "signedDate": millis("2026-11-20T11:59:00Z"),
        "environment": "Production",
    });
    changed(renewal, changes)
}

/// A thing that was bought once, with `changes` on top.
pub fn one_time(changes: &Value) -> Value {
    let bought = json!({
        "transactionId": ORIGINAL,
        "originalTransactionId": ORIGINAL,
        "bundleId": BUNDLE,
        "productId": "movie.alpha",
        "purchaseDate": millis("2026-11-18T20:15:00Z"),
        "originalPurchaseDate": millis("2026-11-18T20:15:00Z"),
        "type": "Consumable",
        "inAppOwnershipType": "PURCHASED",
        "signedDate": millis("2026-11-20T11:59:00Z"),
        "environment": "Production",
    });
    changed(bought, changes)
}

/// What is made of a subscription in this status.
pub fn read(status: Option<i64>, of: &Value, next: &Value) -> StoreSnapshot {
    read_with(&config(&json!({})), status, of, next).unwrap()
}

pub fn read_with(
    config: &apple::Config,
    status: Option<i64>,
    of: &Value,
    next: &Value,
) -> Result<StoreSnapshot, LookUpError> {
    let (transaction, renewal) = (transaction(of), renewal(next));
    apple::snapshot(config, &transaction, Some(&renewal), status, now())
}

pub fn state(status: i64, of: &Value, next: &Value) -> StoreState {
    known(read(Some(status), of, next))
}

pub fn known(snapshot: StoreSnapshot) -> StoreState {
    match snapshot.reading {
        Reading::Known(state) => state,
        other => panic!("{other:?}"),
    }
}

/// An entry of the statuses.
pub fn entry(status: i64, transaction: &Value, renewal: &Value) -> Value {
    json!({
        "originalTransactionId": transaction["originalTransactionId"],
        "status": status,
        "signedTransactionInfo": signed(transaction),
        "signedRenewalInfo": signed(renewal),
    })
}

/// All statuses of a customer with these subscriptions in one group.
pub fn statuses(entries: &[Value]) -> Value {
    json!({
        "environment": "Production",
        "bundleId": BUNDLE,
        "appAppleId": APP,
        "data": [{"subscriptionGroupIdentifier": GROUP, "lastTransactions": entries}],
    })
}

/// The answer about one transaction.
pub fn info(transaction: &Value) -> Value {
    json!({ "signedTransactionInfo": signed(transaction) })
}

/// The connector and a server in Apple's place.
pub struct Scene {
    pub server: Server,
    pub context: ConnectorContext,
}

impl Scene {
    pub async fn set() -> Self {
        Self {
            server: Server::start().await,
            context: ConnectorContext::new().unwrap(),
        }
    }

    pub fn config(&self, changes: &Value) -> StoreConfig {
        self.config_in(Environment::Production, changes)
    }

    pub fn config_in(&self, stage: Environment, changes: &Value) -> StoreConfig {
        parse(&settings(&self.server.address, changes), stage).unwrap()
    }

    pub async fn look(&self, locator: &Locator) -> Result<LookedUp, LookUpError> {
        self.look_by(&self.config(&json!({})), locator).await
    }

    pub async fn look_by(
        &self,
        config: &StoreConfig,
        locator: &Locator,
    ) -> Result<LookedUp, LookUpError> {
        config.look_up(&self.context, locator, now()).await
    }
}

/// What an app submits that knows the bare id.
pub fn submitted(id: &str) -> Locator {
    let body = json!({"transactionId": id});
    parse_submission(Store::Apple, &body).unwrap().locator
}

/// A subscription that is known, by its state.
pub fn known_locator() -> Locator {
    Locator {
        key: PurchaseKey::new(ORIGINAL).unwrap(),
        details: state(1, &json!({}), &json!({})).details,
    }
}

/// The payload of a notification, with `changes` on top; its data has the subscription's parts.
pub fn payload(kind: &str, changes: &Value) -> Value {
    let payload = json!({
        "notificationType": kind,
        "notificationUUID": "5b0c1f6e-6f7f-4a64-9b0a-7f1f0c2b9a10",
        "version": "2.0",
        "signedDate": millis("2026-11-20T11:59:01Z"),
        "data": data(&json!({})),
    });
    changed(payload, changes)
}

/// The data of a notification, with `changes` on top.
pub fn data(changes: &Value) -> Value {
    let data = json!({
        "appAppleId": APP,
        "bundleId": BUNDLE,
        "bundleVersion": "412",
        "environment": "Production",
        "status": 1,
        "signedTransactionInfo": signed(&transaction(&json!({}))),
        "signedRenewalInfo": signed(&renewal(&json!({}))),
    });
    changed(data, changes)
}

/// The data of a notification with these parts.
pub fn data_of(status: i64, of: &Value, next: &Value) -> Value {
    data(&json!({
        "status": status,
        "signedTransactionInfo": signed(&transaction(of)),
        "signedRenewalInfo": signed(&renewal(next)),
    }))
}

/// What is made of a notification that Apple signed.
pub async fn receive(payload: &Value) -> Result<Received, NotificationError> {
    receive_by(&json!({}), &signed(payload)).await
}

/// The same of anything signed, under a configuration with `changes`.
pub async fn receive_by(changes: &Value, signed: &str) -> Result<Received, NotificationError> {
    let config = config(changes);
    let body = json!({ "signedPayload": signed }).to_string();
    let context = ConnectorContext::new().unwrap();
    let read = config.read_notification(&context, &[], body.as_bytes(), now());
    read.await.map(|accepted| accepted.received)
}

pub async fn about(payload: &Value) -> StoreNotification {
    match receive(payload).await.unwrap() {
        Received::About(notification) => notification,
        other => panic!("{other:?}"),
    }
}
