//! What the tests share: a configuration, a purchase, a push.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{
    ConfigRules, Environment, FieldError, Locator, Reading, Store, StoreSnapshot, StoreState,
    Timestamp,
};
use serde_json::{Value, json};
use stores::{
    ConnectorContext, LookUpError, LookedUp, StoreConfig, connectors::android, parse_submission,
};

use crate::google::{Call, Google, Reply};
use crate::json::changed;
use crate::keys::{ACCOUNT, PUSH};

pub const TOKEN: &str = "tokenNew.AO-J1Oz_example";
pub const OLD_TOKEN: &str = "tokenOld.AO-J1Oz_example";
pub const PACKAGE: &str = "com.example.streaming";
pub const ORDER: &str = "GPA.3300-1111-2222-33333";
pub const CLIENT_EMAIL: &str = "beacon@example-prod.iam.gserviceaccount.com";
pub const AUDIENCE: &str = "https://api.example.com/webhooks/google-play";
pub const SENDER: &str = "play-push@example-prod.iam.gserviceaccount.com";

pub fn now() -> Timestamp {
    at("2026-11-20T12:00:00Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn key_file(address: &str) -> Value {
    json!({
        "type": "service_account",
        "project_id": "example-prod",
        "private_key_id": ACCOUNT.id,
        "private_key": ACCOUNT.pem,
        "client_email": CLIENT_EMAIL,
        "client_id": "113774264463038321964",
        "token_uri": format!("{address}/token"),
        "universe_domain": "googleapis.com",
    })
}

/// The JSON of a working configuration, with `changes` on top.
pub fn settings(address: &str, changes: &Value) -> Value {
    let settings = json!({
        "serviceAccount": key_file(address),
        "packageNames": [PACKAGE, "com.example.other"],
        "pushAudience": AUDIENCE,
        "pushServiceAccount": SENDER,
        "apiBaseUrl": address,
        "keysUrl": format!("{address}/oauth2/v3/certs"),
        "timeoutSeconds": 2,
    });
    changed(settings, changes)
}

pub fn parse(json: &Value, environment: Environment) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules { local_stack: true };
    StoreConfig::parse(Store::Android, json, environment, &rules)
}

/// A configuration that asks nobody.
pub fn config(changes: &Value) -> android::Config {
    let settings = settings("http://localhost:1", changes);
    let config = parse(&settings, Environment::Sandbox).unwrap();
    config.downcast_ref::<android::Config>().unwrap().clone()
}

pub fn locator() -> Locator {
    locator_of(TOKEN)
}

pub fn locator_of(token: &str) -> Locator {
    let body = json!({"purchaseToken": token, "packageName": PACKAGE});
    parse_submission(Store::Android, &body).unwrap().locator
}

/// A subscription in its first month, with `changes` on top.
pub fn purchase(changes: &Value) -> Value {
    let purchase = json!({
        "kind": "androidpublisher#subscriptionPurchaseV2",
        "regionCode": "DE",
        "startTime": "2026-11-15T00:00:01.250Z",
        "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
        "latestOrderId": ORDER,
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED",
        "lineItems": [item(&json!({}))],
        "etag": "\"mG4k_synthetic\"",
    });
    changed(purchase, changes)
}

/// Its line item, with `changes` on top.
pub fn item(changes: &Value) -> Value {
    let item = json!({
        "productId": "premium",
        "expiryTime": "2026-12-15T00:00:01.250Z",
        "latestSuccessfulOrderId": ORDER,
        "autoRenewingPlan": {
            "autoRenewEnabled": true,
            "recurringPrice": {"currencyCode": "EUR", "units": "9", "nanos": 990_000_000},
        },
        "offerDetails": {"basePlanId": "monthly"},
        "offerPhase": {"basePrice": {}},
    });
    changed(item, changes)
}

/// A film that was bought once, with `changes` on top.
pub fn film(changes: &Value) -> Value {
    let film = json!({
        "kind": "androidpublisher#productPurchaseV2",
        "orderId": ORDER,
        "regionCode": "DE",
        "purchaseCompletionTime": "2026-11-15T10:00:00.5Z",
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED",
        "purchaseStateContext": {"purchaseState": "PURCHASED"},
        "productLineItem": [{
            "productId": "film",
            "productOfferDetails": {"purchaseOptionId": "rent", "quantity": 1, "refundableQuantity": 1},
        }],
    });
    changed(film, changes)
}

pub fn read_with(config: &android::Config, answer: &Value) -> Result<StoreSnapshot, LookUpError> {
    android::snapshot(config, &locator(), answer, now())
}

/// What is made of a purchase.
pub fn read(changes: &Value) -> StoreSnapshot {
    read_with(&config(&json!({})), &purchase(changes)).unwrap()
}

pub fn state(changes: &Value) -> StoreState {
    known(read(changes))
}

pub fn known(snapshot: StoreSnapshot) -> StoreState {
    match snapshot.reading {
        Reading::Known(state) => state,
        other => panic!("{other:?}"),
    }
}

/// The connector and a server in Google's place, which has sold one subscription.
pub struct Scene {
    pub google: Google,
    pub context: ConnectorContext,
}

impl Scene {
    pub async fn set() -> Self {
        let google = Google::start().await;
        google.replies(Call::Get, [Reply::json(&purchase(&json!({})))]);
        google.replies(Call::Keys, [Reply::json(&json!({"keys": [PUSH.public()]}))]);
        Self {
            google,
            context: ConnectorContext::new().unwrap(),
        }
    }

    pub fn config(&self, changes: &Value) -> StoreConfig {
        let settings = settings(&self.google.address, changes);
        parse(&settings, Environment::Sandbox).unwrap()
    }

    pub async fn look(&self) -> Result<LookedUp, LookUpError> {
        self.look_by(&self.config(&json!({}))).await
    }

    pub async fn look_by(&self, config: &StoreConfig) -> Result<LookedUp, LookUpError> {
        config.look_up(&self.context, &locator(), now()).await
    }
}

/// The claims of a push token of now, with `changes` on top.
pub fn claims(changes: &Value) -> Value {
    let issued_at = now().as_second() - 600;
    let claims = json!({
        "aud": AUDIENCE,
        "azp": "113774264463038321964",
        "email": SENDER,
        "email_verified": true,
        "exp": issued_at + 3600,
        "iat": issued_at,
        "iss": "https://accounts.google.com",
        "sub": "113774264463038321964",
    });
    changed(claims, changes)
}

pub fn bearer(token: &str) -> Vec<(String, String)> {
    vec![("Authorization".to_owned(), format!("Bearer {token}"))]
}

/// The body of a push of this `DeveloperNotification`.
pub fn push(notification: &Value) -> Value {
    let data = STANDARD.encode(notification.to_string());
    json!({
        "message": {
            "attributes": {},
            "data": data,
            "messageId": "13900000000000001",
            "message_id": "13900000000000001",
            "publishTime": "2026-11-20T12:00:00.456Z",
            "publish_time": "2026-11-20T12:00:00.456Z",
        },
        "subscription": "projects/example-prod/subscriptions/play-rtdn-push",
    })
}

/// A `DeveloperNotification` with this in it.
pub fn notification(part: &Value) -> Value {
    let whole = json!({
        "version": "1.0",
        "packageName": PACKAGE,
        "eventTimeMillis": "1795176000123",
    });
    changed(whole, part)
}

pub fn renewed() -> Value {
    push(&notification(&json!({"subscriptionNotification":
        {"version": "1.0", "notificationType": 2, "purchaseToken": TOKEN}})))
}
