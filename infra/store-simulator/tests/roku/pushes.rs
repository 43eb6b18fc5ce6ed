//! Content and signatures of notifications.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header, errors::Result, jwk::JwkSet,
};
use serde_json::{Value, json};
use store_simulator::roku::model::{Action, Options};

use crate::{receiver::Received, scene::Scene};

pub const ISSUER: &str = "Roku, Inc. urn:roku:apps:partner-service.roku.com";

impl Received {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn kid(&self) -> String {
        decode_header(self.text()).unwrap().kid.unwrap()
    }

    /// Returns the claims, verified or not.
    pub fn claims(&self) -> Value {
        let claims = self.text().split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
    }

    /// Returns the message, verified or not, in the configured alphabet.
    pub fn message(&self) -> Value {
        let message = self.claims()["x-Roku-message"].as_str().unwrap().to_owned();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(message).unwrap()).unwrap()
    }

    /// Returns the claims, if one of the keys signed them and they are valid now.
    pub fn verified(&self, keys: &JwkSet) -> Result<Value> {
        let kid = decode_header(self.text())?.kid.unwrap_or_default();
        let key = keys.find(&kid);
        let key = key.ok_or(jsonwebtoken::errors::ErrorKind::InvalidSignature)?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss"]);
        validation.validate_nbf = true;
        let key = DecodingKey::from_jwk(key)?;
        Ok(decode::<Value>(self.text(), &key, &validation)?.claims)
    }
}

#[tokio::test]
async fn a_notification_is_a_jws_in_plain_text() {
    let (scene, purchase) = Scene::bought().await;
    assert_eq!(scene.settle().await.delivered, 1);
    let received = &scene.receiver.received()[0];
    assert_eq!(received.header("content-type"), "text/plain");
    let header = received.text().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    let kid = received.kid();
    assert_eq!(header, json!({"typ": "JWT", "alg": "RS256", "kid": kid}));
    assert!(kid.starts_with("ROKU-PARTNER-SERVICE-"), "{kid}");

    let claims = received.verified(&scene.keys().await).unwrap();
    assert_eq!(claims["iss"], ISSUER);
    let now = Timestamp::now().as_second();
    let age = |claim: &str| claims[claim].as_i64().unwrap() - now;
    assert!((86_370..=86_400).contains(&age("exp")));
    assert!((-3_630..=-3_600).contains(&age("nbf")));
    assert_eq!(claims["x-Roku-message-encoding"], "base64-utf8");
    assert_eq!(claims["x-Roku-message-type"], "roku.rpay.push");
    let record = &scene.store.calls().await.unwrap().deliveries[0];
    assert_eq!(claims["x-Roku-message-key"], record.notification_id);
    assert_eq!(record.event_type, "Sale");
    assert_eq!(record.subscription_id, Some(purchase.line.clone()));
    assert_eq!(
        received.message()["transactionId"],
        json!(purchase.transaction_id)
    );
}

#[tokio::test]
async fn what_an_action_tells_is_what_arrives() {
    let (scene, purchase) = Scene::bought().await;
    let options = Options::to_product("yearly");
    let id = &purchase.transaction_id;
    let upgraded = scene
        .store
        .act(id, Action::Upgrade, &options)
        .await
        .unwrap();
    let sent: Vec<_> = upgraded.pushes.iter().map(|push| &*push.kind).collect();
    assert_eq!(sent, ["UpgradeSale", "UpgradeCancellation"]);
    assert_eq!(scene.settle().await.delivered, 3);
    let keys = scene.keys().await;
    let mut types = Vec::new();
    let mut message_keys = std::collections::BTreeSet::new();
    for received in scene.receiver.received() {
        let claims = received.verified(&keys).unwrap();
        message_keys.insert(claims["x-Roku-message-key"].to_string());
        types.push(received.message()["transactionType"].clone());
    }
    types.sort_by_key(Value::to_string);
    assert_eq!(types, ["Sale", "UpgradeCancellation", "UpgradeSale"]);
    assert_eq!(message_keys.len(), 3);
}

#[tokio::test]
async fn the_notifications_of_one_purchase_arrive_in_order() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    for action in [Action::EnterGrace, Action::Hold, Action::Recover] {
        scene.store.plainly(id, action).await.unwrap();
    }
    scene.settle().await;
    let received = scene.receiver.received();
    let types: Vec<_> = received
        .iter()
        .map(|received| received.message()["transactionType"].clone())
        .collect();
    let expected = [
        "Sale",
        "GraceInitiated",
        "OnHoldInitiated",
        "OnHoldRecovered",
    ];
    assert_eq!(types, expected);
}

#[tokio::test]
async fn the_message_comes_in_either_alphabet_with_or_without_padding() {
    let scene = Scene::set().await;
    for (alphabet, engine) in [
        ("urlUnpadded", &URL_SAFE_NO_PAD),
        ("url", &URL_SAFE),
        ("standardUnpadded", &STANDARD_NO_PAD),
        ("standard", &STANDARD),
    ] {
        let changes = json!({"messageAlphabet": alphabet});
        scene.store.reconfigure(&changes).await.unwrap();
        let custom = store_simulator::roku::CustomPush::text("ÿÿÿ?>~ þ");
        let claims = scene.pushed(&custom).await.claims();
        let message = claims["x-Roku-message"].as_str().unwrap();
        let message = engine.decode(message).unwrap();
        assert_eq!(String::from_utf8(message).unwrap(), "ÿÿÿ?>~ þ");
    }
}

#[tokio::test]
async fn silent_actions_send_nothing() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let options = Options::default().silently();
    let renewed = scene.store.act(id, Action::Renew, &options).await.unwrap();
    assert!(renewed.pushes.is_empty());
    assert_eq!(renewed.now.to_string(), "2026-12-15T00:00:00Z");
    scene.settle().await;
    assert_eq!(scene.receiver.received().len(), 1);
}
