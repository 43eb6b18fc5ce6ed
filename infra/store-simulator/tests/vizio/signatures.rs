//! Signatures of notifications as they arrive.

use aws_lc_rs::hmac;
use serde_json::json;
use store_simulator::{Chance, DeliveryFaults, Faults, vizio::CustomNotification};

use crate::{SIGNING_KEY, Scene, receiver::Received};

const BODY: &str = r#"{"notificationId":"nv-0001","eventType":"SUBSCRIPTION.CREATED"}"#;
const HEX: &str = "8ad8a0fd3824b9f6abc18eac3f2a10bec67a8004f8cc86c34bca093921a7c26e";
const BASE64: &str = "itig/TgkufarwY6sPyoQvsZ6gAT4zIbDS8oJOSGnwm4=";

async fn deliver(scene: &Scene) -> Received {
    let vector = CustomNotification {
        raw: Some(BODY.to_owned()),
        ..CustomNotification::default()
    };
    scene.store.notify(&vector).await.unwrap();
    scene.settle().await;
    scene.receiver.received().pop().unwrap()
}

fn matches(key: &str, message: &[u8], signature: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hmac::verify(&key, message, &hex::decode(signature).unwrap()).is_ok()
}

#[tokio::test]
async fn the_vector_of_the_contract_arrives() {
    let scene = Scene::set().await;
    assert_eq!(deliver(&scene).await.header("x-vizio-signature"), HEX);
    let form = json!({ "signature": {
        "encoding": "base64", "prefix": "sha256=", "header": "x-proof"
    }});
    scene.store.reconfigure(&form).await.unwrap();
    let received = deliver(&scene).await;
    assert_eq!(received.header("x-proof"), format!("sha256={BASE64}"));
    assert_eq!(received.body, BODY.as_bytes());
    assert_eq!(received.header("content-type"), "application/json");
}

#[tokio::test]
async fn the_other_key_can_sign_or_both() {
    let scene = Scene::set().await;
    scene.store.sign_with(1).await.unwrap();
    let other = deliver(&scene).await;
    let signature = other.header("x-vizio-signature");
    assert!(matches("the other key", &other.body, signature));
    assert!(!matches(SIGNING_KEY, &other.body, signature));

    let both = json!({ "signature": { "allKeys": true } });
    scene.store.reconfigure(&both).await.unwrap();
    let both = deliver(&scene).await;
    assert_eq!(
        both.header("x-vizio-signature"),
        format!("{HEX},{signature}")
    );
}

#[tokio::test]
async fn a_timestamp_is_signed_along() {
    let scene = Scene::set().await;
    let form = json!({ "signature": { "timestampHeader": "x-vizio-timestamp" } });
    scene.store.reconfigure(&form).await.unwrap();
    let received = deliver(&scene).await;
    let timestamp = received.header("x-vizio-timestamp");
    let age = jiff::Timestamp::now().as_second() - timestamp.parse::<i64>().unwrap();
    assert!((0..60).contains(&age), "real time, not the partner's clock");
    let message = format!("{timestamp}.{BODY}");
    let signature = received.header("x-vizio-signature");
    assert!(matches(SIGNING_KEY, message.as_bytes(), signature));
}

#[tokio::test]
async fn a_corrupted_body_does_not_match_its_signature() {
    let scene = Scene::set().await;
    let faults = Faults {
        delivery: DeliveryFaults {
            corrupt: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    let received = deliver(&scene).await;
    let signature = received.header("x-vizio-signature");
    assert_eq!(signature, HEX);
    assert!(!matches(SIGNING_KEY, &received.body, signature));
    assert!(scene.store.calls().await.unwrap().notifications[0].corrupted);
}

#[tokio::test]
async fn a_host_header_says_which_api_is_meant() {
    let scene = Scene::set().await;
    let host = json!({ "notificationHost": "abc123.execute-api.localhost:4566" });
    scene.store.reconfigure(&host).await.unwrap();
    let received = deliver(&scene).await;
    assert_eq!(received.header("host"), "abc123.execute-api.localhost:4566");
}
