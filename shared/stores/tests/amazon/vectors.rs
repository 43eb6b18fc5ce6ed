//! Messages that were signed with OpenSSL, by version 1: RSA PKCS#1 v1.5 with SHA-1.

use serde_json::{Value, json};
use stores::{Ignored, NotificationError, Received};

use crate::amazon::{Call, Reply};
use crate::scene::Scene;
use crate::sns::{MESSAGE_ID, TOPIC, posted};

const CERTIFICATE: &str = include_str!("../fixtures/amazon/certificate.pem");

async fn scene() -> Scene {
    let scene = Scene::set().await;
    scene
        .amazon
        .replies(Call::Certificate, [Reply::new(200, CERTIFICATE)]);
    scene
}

fn notification() -> Value {
    serde_json::from_str(include_str!("../fixtures/amazon/notification-v1.json")).unwrap()
}

fn confirmation() -> Value {
    serde_json::from_str(include_str!("../fixtures/amazon/confirmation-v1.json")).unwrap()
}

#[tokio::test]
async fn a_signature_of_version_1_with_a_subject_holds() {
    let told = scene().await.told(&posted(&notification())).await;
    assert_eq!(told.id, MESSAGE_ID);
    assert_eq!(told.kind, "SUBSCRIPTION_RENEWED");
}

#[tokio::test]
async fn a_confirmation_of_version_1_holds() {
    let read = scene().await.receive(&posted(&confirmation())).await;
    assert_eq!(read, Ok(Received::Ignored(Ignored::Confirmed)));
}

#[tokio::test]
async fn each_signed_field_counts() {
    let scene = scene().await;
    for (envelope, fields) in [
        (
            notification(),
            vec!["Message", "MessageId", "Subject", "Timestamp", "TopicArn"],
        ),
        (
            confirmation(),
            vec!["Message", "MessageId", "SubscribeURL", "Timestamp", "Token"],
        ),
    ] {
        for field in fields {
            let mut other = envelope.clone();
            other[field] = json!(format!("{}x", other[field].as_str().unwrap()));
            let pinned = json!({"topicArns": [TOPIC, format!("{TOPIC}x")]});
            let read = scene.receive_by(&pinned, &posted(&other)).await;
            assert_eq!(read, Err(NotificationError::Forged), "{field}");
        }
    }
    let mut without = notification();
    without.as_object_mut().unwrap().remove("Subject");
    let read = scene.receive(&posted(&without)).await;
    assert_eq!(read, Err(NotificationError::Forged));
}

#[tokio::test]
async fn what_is_not_signed_decides_nothing() {
    let scene = scene().await;
    let mut other = notification();
    other["UnsubscribeURL"] = json!("https://evil.example/");
    other["MessageAttributes"] = json!({"receiptId": {"Type": "String", "Value": "other"}});
    let told = scene.told(&posted(&other)).await;
    assert_eq!(told, scene.told(&posted(&notification())).await);
}

#[tokio::test]
async fn a_signature_of_one_version_does_not_count_as_the_other() {
    let mut other = notification();
    other["SignatureVersion"] = json!("2");
    let read = scene().await.receive(&posted(&other)).await;
    assert_eq!(read, Err(NotificationError::Forged));
}

#[tokio::test]
async fn version_1_can_be_refused() {
    let changes = json!({"leastSignatureVersion": "2"});
    let scene = scene().await;
    let read = scene.receive_by(&changes, &posted(&notification())).await;
    assert_eq!(read, Err(NotificationError::Forged));
    assert_eq!(scene.amazon.count(Call::Certificate), 0);
}

/// By a key of 1,024 bits, whose certificate is right in everything else.
#[tokio::test]
async fn a_short_key_signs_nothing() {
    let certificate = include_str!("../fixtures/amazon/certificate-weak-key.pem");
    let message = include_str!("../fixtures/amazon/notification-weak-key.json");
    let message: Value = serde_json::from_str(message).unwrap();
    let scene = Scene::set().await;
    let published = Reply::new(200, certificate);
    scene.amazon.replies(Call::Certificate, [published]);
    let read = scene.receive(&posted(&message)).await;
    assert_eq!(read, Err(NotificationError::Forged));
    assert_eq!(scene.amazon.count(Call::Certificate), 1);
}
