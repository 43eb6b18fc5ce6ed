//! What the tests share: a configuration, a receipt, a server in Amazon's place.

use domain::{
    ConfigRules, Environment, FieldError, Locator, Reading, Store, StoreNotification,
    StoreSnapshot, StoreState, Timestamp,
};
use serde_json::{Value, json};
use stores::{
    ConnectorContext, LookUpError, LookedUp, NotificationError, Received, StoreConfig,
    connectors::amazon, parse_submission,
};

use crate::amazon::{Amazon, Call, Reply};
pub use crate::ids::{PACKAGE, RECEIPT, USER};
use crate::json::changed;
use crate::keys::{AMAZON, usual};
use crate::sns::{Post, TOPIC};

pub const OLD_RECEIPT: &str = "a1bC2d+/=:3:10";
pub const SECRET: &str = "2:smXBjZkWCxDMSBvQ8HBGsUS1PK3jvVc8=";

pub fn now() -> Timestamp {
    at("2026-11-20T12:00:00Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An instant as Amazon writes it.
pub fn ms(text: &str) -> Value {
    json!(at(text).as_millisecond())
}

/// The JSON of a working configuration, with `changes` on top.
pub fn settings(address: &str, changes: &Value) -> Value {
    let settings = json!({
        "sharedSecret": SECRET,
        "packageNames": [PACKAGE, "tv.example.tablet"],
        "topicArns": [TOPIC],
        "apiBaseUrl": address,
        "snsHost": address,
        "timeoutSeconds": 2,
    });
    changed(settings, changes)
}

pub fn parse(json: &Value, environment: Environment) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules { local_stack: true };
    StoreConfig::parse(Store::Amazon, json, environment, &rules)
}

/// A configuration that asks nobody.
pub fn config(changes: &Value) -> amazon::Config {
    let settings = settings("http://localhost:1", changes);
    let config = parse(&settings, Environment::Production).unwrap();
    config.downcast_ref::<amazon::Config>().unwrap().clone()
}

pub fn locator() -> Locator {
    locator_with(&json!({}))
}

/// The locator of the receipt, with these details besides.
pub fn locator_with(details: &Value) -> Locator {
    let body = json!({"receiptId": RECEIPT, "userId": USER});
    let mut locator = parse_submission(Store::Amazon, &body).unwrap().locator;
    for (name, value) in details.as_object().unwrap() {
        let value = value.as_str().unwrap().to_owned();
        locator.details.insert(name.clone(), value);
    }
    locator
}

/// A subscription in its second month, with `changes` on top; `null` stays `null`.
pub fn receipt(changes: &Value) -> Value {
    let mut receipt = json!({
        "receiptId": RECEIPT, "productId": "extv.premium", "productType": "SUBSCRIPTION",
        "termSku": "extv.premium.monthly", "term": "1 Month",
        "purchaseDate": ms("2026-10-15T09:30:00.250Z"),
        "renewalDate": ms("2026-12-15T09:30:00.250Z"), "autoRenewing": true,
        "cancelDate": null, "cancelReason": null, "freeTrialEndDate": null,
        "gracePeriodEndDate": null, "deferredDate": null, "deferredSku": null,
        "parentProductId": null, "quantity": 1, "promotions": null,
        "fulfillmentDate": ms("2026-10-15T09:31:00Z"), "fulfillmentResult": "FULFILLED",
        "countryCode": "US", "baseReceipts": null, "purchaseMetadataMap": null,
        "betaProduct": false, "testTransaction": false,
    });
    let fields = receipt.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    receipt
}

/// What is made of a receipt by somebody who knows these details.
pub fn read_with(details: &Value, changes: &Value) -> Result<StoreSnapshot, LookUpError> {
    let (config, locator) = (config(&json!({})), locator_with(details));
    amazon::snapshot(&config, &locator, &receipt(changes), now())
}

pub fn read(changes: &Value) -> StoreSnapshot {
    read_with(&json!({}), changes).unwrap()
}

pub fn state(changes: &Value) -> StoreState {
    known(read(changes))
}

pub fn state_with(details: &Value, changes: &Value) -> StoreState {
    known(read_with(details, changes).unwrap())
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

/// The connector, and a server in Amazon's place that has sold one subscription and publishes one
/// certificate.
pub struct Scene {
    pub amazon: Amazon,
    pub context: ConnectorContext,
}

impl Scene {
    pub async fn set() -> Self {
        let amazon = Amazon::start().await;
        amazon.replies(Call::Receipt, [Reply::json(&receipt(&json!({})))]);
        amazon.replies(
            Call::Certificate,
            [Reply::new(200, AMAZON.certificate(&usual()))],
        );
        amazon.replies(
            Call::Confirm,
            [Reply::new(200, "<ConfirmSubscriptionResponse/>")],
        );
        Self {
            amazon,
            context: ConnectorContext::new().unwrap(),
        }
    }

    pub fn config(&self, changes: &Value) -> StoreConfig {
        let settings = settings(&self.amazon.address, changes);
        parse(&settings, Environment::Production).unwrap()
    }

    pub async fn look(&self) -> Result<LookedUp, LookUpError> {
        self.look_for(&locator()).await
    }

    pub async fn look_for(&self, locator: &Locator) -> Result<LookedUp, LookUpError> {
        let config = self.config(&json!({}));
        config.look_up(&self.context, locator, now()).await
    }

    pub async fn receive(&self, post: &Post) -> Result<Received, NotificationError> {
        self.receive_by(&json!({}), post).await
    }

    pub async fn receive_by(
        &self,
        changes: &Value,
        post: &Post,
    ) -> Result<Received, NotificationError> {
        let config = self.config(changes);
        let Post { headers, body } = post;
        config
            .read_notification(&self.context, headers, body, now())
            .await
            .map(|accepted| accepted.received)
    }

    /// A notification that is about a purchase.
    pub async fn told(&self, post: &Post) -> StoreNotification {
        match self.receive(post).await.unwrap() {
            Received::About(notification) => notification,
            other => panic!("{other:?}"),
        }
    }
}

/// Whether it can't be told now who sent it.
pub fn is_doubt(read: &Result<Received, NotificationError>) -> bool {
    matches!(read, Err(NotificationError::Unproven(_)))
}
