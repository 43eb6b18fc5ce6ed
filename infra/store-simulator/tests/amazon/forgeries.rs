//! Defects of forged messages; the rest of each message is right.

use jiff::Timestamp;
use serde_json::{Value, json};
use store_simulator::amazon::{CustomMessage, Forgery, SignWith};

use crate::{envelopes::renewed, receiver::Received, scene::Scene, verifier::Certificate};

const TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";
const HOST: &str = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-";

/// Returns a forged message, and the certificate of the topic.
async fn forged(forgery: Forgery) -> (Received, Certificate) {
    let (scene, receipt) = Scene::bought().await;
    let received = scene.sent(&renewed(&receipt).forged(forgery)).await;
    let certificate = scene.store.certificate().await.unwrap();
    (received, Certificate::read(&certificate.pem))
}

fn text(received: &Received, field: &str) -> String {
    received.json()[field]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn all_of_them_can_be_sent() {
    let (scene, receipt) = Scene::bought().await;
    for forgery in Forgery::ALL {
        let sent = scene.store.notify(&renewed(&receipt).forged(forgery)).await;
        assert!(sent.is_ok(), "{forgery:?}");
    }
    assert_eq!(scene.settle().await.delivered, Forgery::ALL.len());
}

#[tokio::test]
async fn signatures_that_are_wrong() {
    for forgery in [
        Forgery::WrongKey,
        Forgery::GarbledSignature,
        Forgery::MissingSignature,
        Forgery::SignatureVersion3,
        Forgery::TamperedMessage,
        Forgery::AddedSubject,
    ] {
        let (received, certificate) = forged(forgery).await;
        assert!(!certificate.has_signed(&received.json()), "{forgery:?}");
        assert!(text(&received, "SigningCertURL").starts_with(HOST));
        assert_eq!(
            received.message()["notificationType"],
            "SUBSCRIPTION_RENEWED"
        );
    }
    let (received, _) = forged(Forgery::SignatureVersion3).await;
    assert_eq!(text(&received, "SignatureVersion"), "3");
    let (received, _) = forged(Forgery::MissingSignature).await;
    assert!(received.json().get("Signature").is_none());
}

#[tokio::test]
async fn other_topics_are_signed_well() {
    for (forgery, topic) in [
        (
            Forgery::OtherTopic,
            "arn:aws:sns:us-east-1:000011112222:ZZ99Z",
        ),
        (
            Forgery::OtherAccount,
            "arn:aws:sns:us-east-1:999988887777:AB12C",
        ),
        (
            Forgery::OtherRegion,
            "arn:aws:sns:eu-west-3:000011112222:AB12C",
        ),
        (
            Forgery::OtherPartition,
            "arn:aws-cn:sns:us-east-1:000011112222:AB12C",
        ),
    ] {
        let (received, certificate) = forged(forgery).await;
        assert_eq!(text(&received, "TopicArn"), topic);
        assert_eq!(received.header("x-amz-sns-topic-arn"), topic);
        assert!(certificate.has_signed(&received.json()), "{forgery:?}");
    }
}

#[tokio::test]
async fn addresses_of_certificates_that_must_not_be_fetched() {
    for (forgery, begins, ends) in [
        (
            Forgery::CertificateOverHttp,
            "http://sns.us-east-1.amazonaws.com/Simple",
            ".pem",
        ),
        (
            Forgery::CertificateOtherHost,
            "https://certs.evil.example/Simple",
            ".pem",
        ),
        (
            Forgery::CertificateHostSuffix,
            "https://sns.us-east-1.amazonaws.com.evil.example/",
            ".pem",
        ),
        (
            Forgery::CertificateHostPrefix,
            "https://evil-sns.us-east-1.amazonaws.com/",
            ".pem",
        ),
        (
            Forgery::CertificateBucketHost,
            "https://sns-us-east-1.s3.amazonaws.com/",
            ".pem",
        ),
        (
            Forgery::CertificateUserinfo,
            "https://sns.us-east-1.amazonaws.com@certs.evil.example/",
            ".pem",
        ),
        (
            Forgery::CertificatePort,
            "https://sns.us-east-1.amazonaws.com:8443/Simple",
            ".pem",
        ),
        (Forgery::CertificateQuery, HOST, ".pem?version=2"),
        (Forgery::CertificateFragment, HOST, ".pem#top"),
        (Forgery::CertificateNotPem, HOST, ".txt"),
        (
            Forgery::CertificateUnknown,
            HOST,
            "00000000000000000000000000000000.pem",
        ),
    ] {
        let (received, certificate) = forged(forgery).await;
        let address = text(&received, "SigningCertURL");
        assert!(
            address.starts_with(begins) && address.ends_with(ends),
            "{address}"
        );
        assert!(certificate.has_signed(&received.json()), "{forgery:?}");
    }
    let (received, _) = forged(Forgery::CertificateMissing).await;
    assert!(received.json().get("SigningCertURL").is_none());
}

#[tokio::test]
async fn certificates_that_must_not_be_trusted_have_signed_well() {
    for forgery in [
        Forgery::CertificateExpired,
        Forgery::CertificateNotYetValid,
        Forgery::CertificateOfAnotherName,
        Forgery::CertificateOfAnotherIssuer,
    ] {
        let (scene, receipt) = Scene::bought().await;
        let received = scene.sent(&renewed(&receipt).forged(forgery)).await;
        assert!(text(&received, "SigningCertURL").starts_with(HOST));
        assert!(scene.verifies(&received).await, "{forgery:?}");
    }
}

#[tokio::test]
async fn headers_that_do_not_fit_the_body() {
    let (received, certificate) = forged(Forgery::HeaderTypeDiffers).await;
    assert_eq!(
        received.header("x-amz-sns-message-type"),
        "SubscriptionConfirmation"
    );
    assert_eq!(text(&received, "Type"), "Notification");
    assert!(certificate.has_signed(&received.json()));

    let (received, _) = forged(Forgery::HeaderTopicDiffers).await;
    assert_ne!(
        received.header("x-amz-sns-topic-arn"),
        text(&received, "TopicArn")
    );
    assert_eq!(text(&received, "TopicArn"), TOPIC);

    let (received, _) = forged(Forgery::HeaderMissing).await;
    let mut names = received.headers.keys();
    assert!(!names.any(|name| name.as_str().starts_with("x-amz-sns")));

    let (received, _) = forged(Forgery::RawDelivery).await;
    assert_eq!(received.header("x-amz-sns-rawdelivery"), "true");
    assert_eq!(received.json()["notificationType"], "SUBSCRIPTION_RENEWED");
}

#[tokio::test]
async fn messages_of_others_and_of_other_times_are_signed_well() {
    let (received, certificate) = forged(Forgery::OtherPackage).await;
    assert_eq!(received.message()["appPackageName"], "com.example.foreign");
    assert!(certificate.has_signed(&received.json()));
    for (forgery, seconds) in [
        (Forgery::OldTimestamp, -3 * 3_600),
        (Forgery::FutureTimestamp, 3 * 3_600),
    ] {
        let (received, certificate) = forged(forgery).await;
        let at: Timestamp = text(&received, "Timestamp").parse().unwrap();
        let off = Timestamp::now().duration_until(at).as_secs() - seconds;
        assert!(off.abs() < 60, "{forgery:?}");
        assert!(certificate.has_signed(&received.json()));
    }
}

#[tokio::test]
async fn confirmations_that_must_not_be_followed_are_signed_well() {
    let foreign = "arn:aws:sns:us-east-1:999988887777:AB12C";
    for (forgery, topic, begins, of_topic) in [
        (
            Forgery::ForeignConfirmation,
            foreign,
            "https://sns.us-east-1.amazonaws.com/?",
            foreign,
        ),
        (
            Forgery::SubscribeUrlOtherHost,
            TOPIC,
            "https://sns.us-east-1.amazonaws.com.evil.example/?",
            TOPIC,
        ),
        (
            Forgery::SubscribeUrlOverHttp,
            TOPIC,
            "http://sns.us-east-1.amazonaws.com/?",
            TOPIC,
        ),
        (
            Forgery::SubscribeUrlOtherTopic,
            TOPIC,
            "https://sns.us-east-1.amazonaws.com/?",
            foreign,
        ),
    ] {
        let (received, certificate) = forged(forgery).await;
        assert_eq!(text(&received, "Type"), "SubscriptionConfirmation");
        assert_eq!(text(&received, "TopicArn"), topic);
        let address = text(&received, "SubscribeURL");
        assert!(address.starts_with(begins), "{address}");
        assert!(address.contains(of_topic) && address.ends_with(&text(&received, "Token")));
        assert!(certificate.has_signed(&received.json()), "{forgery:?}");
    }
}

#[tokio::test]
async fn visits_to_a_foreign_confirmation_are_counted_but_confirm_nothing() {
    let scene = Scene::set().await;
    let custom = CustomMessage::confirmation().forged(Forgery::ForeignConfirmation);
    let url = text(&scene.sent(&custom).await, "SubscribeURL");
    assert_eq!(scene.visit(&url).await.status(), 200);
    let endpoint = scene.store.endpoint().await.unwrap();
    assert_eq!(
        (endpoint.confirmed, endpoint.confirmation_visits),
        (false, 1)
    );
    assert_eq!(endpoint.token, None);
}

#[tokio::test]
async fn bodies_and_types_that_nobody_knows() {
    let (received, _) = forged(Forgery::NotJson).await;
    assert!(serde_json::from_slice::<Value>(&received.body).is_err());
    let (received, _) = forged(Forgery::TypeUnknown).await;
    assert_eq!(text(&received, "Type"), "Announcement");
    assert_eq!(received.header("x-amz-sns-message-type"), "Announcement");
}

#[tokio::test]
async fn what_is_asked_for_besides_a_forgery_stays() {
    let (scene, receipt) = Scene::bought().await;
    let custom = renewed(&receipt)
        .with_envelope("TopicArn", json!("arn:aws:sns:us-east-1:1:mine"))
        .signed_with(SignWith::WrongKey)
        .version("2")
        .forged(Forgery::OtherTopic);
    let received = scene.sent(&custom).await;
    assert_eq!(text(&received, "TopicArn"), "arn:aws:sns:us-east-1:1:mine");
    assert_eq!(text(&received, "SignatureVersion"), "2");
    assert!(!scene.verifies(&received).await);
}
