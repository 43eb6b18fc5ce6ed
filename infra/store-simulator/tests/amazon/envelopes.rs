//! Envelopes: their fields, headers and signatures.

use jiff::Timestamp;
use serde_json::{Value, json};
use store_simulator::amazon::{
    CustomMessage,
    model::{Action, Receipt},
};

use crate::{receiver::Received, scene::Scene, verifier::Certificate};

const TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";

impl Scene {
    /// Fetches the certificate that an envelope names.
    pub async fn certificate_of(&self, received: &Received) -> Certificate {
        let url = received.json()["SigningCertURL"]
            .as_str()
            .unwrap()
            .to_owned();
        Certificate::read(&self.visit(&url).await.text().await.unwrap())
    }

    pub async fn verifies(&self, received: &Received) -> bool {
        let certificate = self.certificate_of(received).await;
        certificate.has_signed(&received.json())
    }
}

pub fn renewed(receipt: &Receipt) -> CustomMessage {
    CustomMessage::of_type("SUBSCRIPTION_RENEWED", receipt)
}

#[tokio::test]
async fn an_envelope_has_the_services_fields_and_headers() {
    let (scene, receipt) = Scene::bought().await;
    let sent = scene.does(&receipt, Action::Renew).await.messages;
    scene.settle().await;
    let received = &scene.receiver.received()[0];
    let envelope = received.json();
    let names: Vec<_> = envelope.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "Message",
        "MessageId",
        "Signature",
        "SignatureVersion",
        "SigningCertURL",
        "Timestamp",
        "TopicArn",
        "Type",
        "UnsubscribeURL",
    ];
    assert_eq!(names, expected);
    assert_eq!(envelope["Type"], "Notification");
    assert_eq!(envelope["TopicArn"], TOPIC);
    assert_eq!(envelope["MessageId"], sent[0].message_id);
    let at: Timestamp = envelope["Timestamp"].as_str().unwrap().parse().unwrap();
    assert!(at.duration_until(Timestamp::now()).as_secs().abs() < 60);

    assert_eq!(received.header("content-type"), "text/plain; charset=UTF-8");
    assert_eq!(
        received.header("user-agent"),
        "Amazon Simple Notification Service Agent"
    );
    assert_eq!(received.header("x-amz-sns-message-type"), "Notification");
    assert_eq!(received.header("x-amz-sns-message-id"), sent[0].message_id);
    assert_eq!(received.header("x-amz-sns-topic-arn"), TOPIC);
    let subscription = scene.store.endpoint().await.unwrap().subscription_arn;
    assert_eq!(received.header("x-amz-sns-subscription-arn"), subscription);
    let unsubscribe = format!(
        "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"
    );
    assert_eq!(envelope["UnsubscribeURL"], unsubscribe);
}

#[tokio::test]
async fn both_versions_of_signatures_verify() {
    let (scene, receipt) = Scene::bought().await;
    for version in ["1", "2"] {
        let changes = json!({ "signatureVersion": version });
        scene.store.reconfigure(&changes).await.unwrap();
        let received = scene.sent(&renewed(&receipt)).await;
        assert_eq!(received.json()["SignatureVersion"], version);
        assert!(scene.verifies(&received).await, "{version}");
    }
    let third = json!({"signatureVersion": "3"});
    let refused = scene.store.reconfigure(&third);
    assert!(refused.await.is_err());
}

#[tokio::test]
async fn a_subject_is_signed_and_text_beyond_ascii_too() {
    let (scene, receipt) = Scene::bought().await;
    let custom = renewed(&receipt)
        .with_subject("Größe")
        .with_message("line\n\"Ünicode\" ✓");
    let received = scene.sent(&custom).await;
    assert_eq!(received.json()["Subject"], "Größe");
    assert!(scene.verifies(&received).await);

    let always = json!({"subject": "Appstore"});
    scene.store.reconfigure(&always).await.unwrap();
    let received = scene.sent(&renewed(&receipt)).await;
    assert_eq!(received.json()["Subject"], "Appstore");
    assert!(scene.verifies(&received).await);
}

#[tokio::test]
async fn raw_delivery_brings_the_bare_message() {
    let (scene, receipt) = Scene::bought().await;
    let raw = CustomMessage {
        raw_delivery: true,
        ..renewed(&receipt)
    };
    let received = scene.sent(&raw).await;
    assert_eq!(received.header("x-amz-sns-rawdelivery"), "true");
    assert_eq!(received.json()["notificationType"], "SUBSCRIPTION_RENEWED");
}

#[tokio::test]
async fn fields_and_headers_can_be_given_before_and_after_signing() {
    let (scene, receipt) = Scene::bought().await;
    let custom = renewed(&receipt)
        .with_message_id("00000000-0000-4000-8000-000000000001")
        .with_envelope("Subject", json!("signed"))
        .with_header("X-Amz-Sns-Topic-Arn", None)
        .with_header("x-extra", Some("1"));
    let received = scene.sent(&custom).await;
    assert!(scene.verifies(&received).await);
    assert_eq!(
        received.header("x-amz-sns-message-id"),
        "00000000-0000-4000-8000-000000000001"
    );
    assert!(received.headers.get("x-amz-sns-topic-arn").is_none());
    assert_eq!(received.header("x-extra"), "1");

    let custom = renewed(&receipt)
        .tampered_with("MessageId", json!("other"))
        .tampered_with("UnsubscribeURL", Value::Null);
    let received = scene.sent(&custom).await;
    assert!(!scene.verifies(&received).await);
    assert!(received.json().get("UnsubscribeURL").is_none());
}
