//! Content and signatures of pushes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::{Value, json};
use store_simulator::android::{
    CustomPush,
    model::{Action, Options},
};

use crate::{
    PACKAGE,
    receiver::Received,
    scene::{Scene, configuration},
};

impl Received {
    /// Returns the developer notification inside of the envelope.
    pub fn notification(&self) -> Value {
        let data = self.json()["message"]["data"].as_str().unwrap().to_owned();
        serde_json::from_slice(&STANDARD.decode(data).unwrap()).unwrap()
    }

    pub fn message_id(&self) -> String {
        self.json()["message"]["messageId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub fn token(&self) -> &str {
        self.header("authorization")
            .strip_prefix("Bearer ")
            .unwrap()
    }

    pub fn kid(&self) -> String {
        decode_header(self.token()).unwrap().kid.unwrap()
    }
}

impl Scene {
    pub async fn published_keys(&self) -> JwkSet {
        let answer = self.http.get(self.store.certs_url()).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Returns the claims of a push's token, if a published key signed it and it is valid now.
    pub async fn verified_claims(&self, received: &Received) -> Option<Value> {
        let keys = self.published_keys().await;
        let key = keys.find(&received.kid())?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[configuration(None).push_audience]);
        validation.set_issuer(&["https://accounts.google.com"]);
        let key = DecodingKey::from_jwk(key).unwrap();
        let claims = decode::<Value>(received.token(), &key, &validation);
        Some(claims.ok()?.claims)
    }

    /// Sends a push and returns it as it arrives.
    pub async fn pushed(&self, custom: &CustomPush) -> Received {
        self.store.notify(custom).await.unwrap();
        self.settle().await;
        self.receiver.received().pop().unwrap()
    }
}

#[tokio::test]
async fn a_push_is_a_wrapped_message_in_both_spellings() {
    let (scene, purchase) = Scene::bought().await;
    assert_eq!(scene.settle().await.delivered, 1);
    let received = &scene.receiver.received()[0];
    assert_eq!(received.header("content-type"), "application/json");
    let body = received.json();
    assert_eq!(
        body["subscription"],
        "projects/example-prod/subscriptions/play-rtdn-push"
    );
    let message = &body["message"];
    assert_eq!(message["messageId"], message["message_id"]);
    assert_eq!(message["publishTime"], "2026-11-15T00:00:00Z");
    assert_eq!(message["publishTime"], message["publish_time"]);
    assert_eq!(message["attributes"], json!({}));
    let expected = json!({"version": "1.0", "packageName": PACKAGE,
        "eventTimeMillis": "1794700800000",
        "subscriptionNotification": {"version": "1.0", "notificationType": 4,
            "purchaseToken": purchase.purchase_token}});
    assert_eq!(received.notification(), expected);
}

#[tokio::test]
async fn a_push_carries_a_token_that_a_published_key_signed() {
    let (scene, _) = Scene::bought().await;
    scene.settle().await;
    let received = &scene.receiver.received()[0];
    let claims = scene.verified_claims(received).await.unwrap();
    assert_eq!(claims["email"], configuration(None).push_email);
    assert_eq!(claims["email_verified"], true);
    let seconds = |claim: &str| claims[claim].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 3_600);
    assert_eq!(claims["sub"], claims["azp"]);
    let keys = scene.published_keys().await;
    assert_eq!(keys.keys.len(), 1);
    assert_eq!(scene.store.calls().await.unwrap().certs, 2);
}

#[tokio::test]
async fn the_keys_say_how_long_they_may_be_kept() {
    let scene = Scene::set().await;
    let short = json!({"certsMaxAgeSeconds": 7});
    scene.store.reconfigure(&short).await.unwrap();
    let answer = scene
        .http
        .get(scene.store.certs_url())
        .send()
        .await
        .unwrap();
    let caching = answer.headers()["cache-control"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(caching.starts_with("public, max-age=7"), "{caching}");
    let keys: Value = answer.json().await.unwrap();
    assert_eq!(keys["keys"][0]["alg"], "RS256");
    assert_eq!(keys["keys"][0]["use"], "sig");

    let refusals = json!({"refusals": {"certs": 503}});
    scene.store.reconfigure(&refusals).await.unwrap();
    let answer = scene
        .http
        .get(scene.store.certs_url())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 503);
}

#[tokio::test]
async fn a_rotated_key_signs_what_follows() {
    let scene = Scene::set().await;
    let before = scene.pushed(&CustomPush::test()).await;
    let kid = scene.store.rotate_keys(true).await.unwrap();
    let after = scene.pushed(&CustomPush::test()).await;
    assert_eq!(after.kid(), kid);
    assert_ne!(before.kid(), kid);
    assert!(scene.verified_claims(&before).await.is_some());
    assert!(scene.verified_claims(&after).await.is_some());

    scene.store.rotate_keys(false).await.unwrap();
    assert_eq!(scene.published_keys().await.keys.len(), 1);
    assert!(scene.verified_claims(&after).await.is_none());
}

#[tokio::test]
async fn what_is_voided_is_pushed() {
    let (scene, purchase) = Scene::bought().await;
    let token = &purchase.purchase_token;
    let voided = scene.store.plainly(token, Action::Void).await.unwrap();
    let sent = voided.pushes.iter().map(|push| push.kind.as_str());
    assert_eq!(sent.collect::<Vec<_>>(), ["12", "voided"]);
}

#[tokio::test]
async fn silent_actions_push_nothing() {
    let (scene, purchase) = Scene::bought().await;
    let token = &purchase.purchase_token;
    let options = Options::default().silently();
    let renewed = scene
        .store
        .act(token, Action::Renew, &options)
        .await
        .unwrap();
    assert!(renewed.pushes.is_empty());
    assert_eq!(renewed.now.to_string(), "2026-12-15T00:00:00Z");
    scene.settle().await;
    assert_eq!(scene.receiver.received().len(), 1);
}
