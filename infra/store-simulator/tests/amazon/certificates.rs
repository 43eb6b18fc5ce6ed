//! Certificates: issuer, subject, and publication.

use serde_json::json;
use store_simulator::amazon::CertificateKind;

use crate::{envelopes::renewed, scene::Scene, verifier::Certificate};

#[tokio::test]
async fn the_certificate_is_at_the_services_address_and_of_its_name() {
    let scene = Scene::set().await;
    let published = scene.store.certificate().await.unwrap();
    let file = published
        .signing_cert_url
        .strip_prefix("https://sns.us-east-1.amazonaws.com/");
    let id = file
        .unwrap()
        .strip_prefix("SimpleNotificationService-")
        .unwrap();
    let id = id.strip_suffix(".pem").unwrap();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let served = scene
        .visit(&published.signing_cert_url)
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(served, published.pem);

    let certificate = Certificate::read(&served);
    let authority = Certificate::read(&published.issuer_pem);
    assert_eq!(certificate.name(), "sns.amazonaws.com");
    assert_eq!(certificate.issuer(), authority.name());
    assert!(certificate.is_issued_by(&authority));
    assert!(certificate.is_valid_at("2026-11-15T00:00:00Z".parse().unwrap()));
    assert_eq!(scene.store.calls().await.unwrap().certificates, 1);
}

#[tokio::test]
async fn the_topics_region_decides_about_host_and_name() {
    let (scene, receipt) = Scene::bought().await;
    let china = json!({"topicArn": "arn:aws-cn:sns:cn-north-1:000011112222:AB12C"});
    scene.store.reconfigure(&china).await.unwrap();
    let published = scene.store.certificate().await.unwrap();
    assert!(
        published
            .signing_cert_url
            .starts_with("https://sns.cn-north-1.amazonaws.com.cn/")
    );
    let certificate = Certificate::read(&published.pem);
    assert_eq!(certificate.name(), "sns-cn-north-1.amazonaws.com.cn");
    let received = scene.sent(&renewed(&receipt)).await;
    assert!(certificate.has_signed(&received.json()));
}

#[tokio::test]
async fn rotation_changes_the_key_and_its_address() {
    let (scene, receipt) = Scene::bought().await;
    let old = scene.sent(&renewed(&receipt)).await;
    let before = scene.store.certificate().await.unwrap();
    let after = scene.store.rotate_certificate(false).await.unwrap();
    assert_ne!(before.signing_cert_url, after.signing_cert_url);
    assert!(!Certificate::read(&after.pem).has_signed(&old.json()));
    assert!(scene.verifies(&old).await);
    let new = scene.sent(&renewed(&receipt)).await;
    assert!(Certificate::read(&after.pem).has_signed(&new.json()));
}

#[tokio::test]
async fn rotation_can_take_over_the_address() {
    let (scene, receipt) = Scene::bought().await;
    let old = scene.sent(&renewed(&receipt)).await;
    let before = scene.store.certificate().await.unwrap();
    let after = scene.store.rotate_certificate(true).await.unwrap();
    assert_eq!(before.signing_cert_url, after.signing_cert_url);
    assert_ne!(before.pem, after.pem);
    assert!(!scene.verifies(&old).await);
    assert!(scene.verifies(&scene.sent(&renewed(&receipt)).await).await);
}

#[tokio::test]
async fn others_have_certificates_too_and_sign_well() {
    let (scene, receipt) = Scene::bought().await;
    let now = "2026-11-15T00:00:00Z".parse().unwrap();
    let right = scene.store.certificate().await.unwrap();
    let authority = Certificate::read(&right.issuer_pem);
    for (kind, name, valid, trusted) in [
        (CertificateKind::Expired, "sns.amazonaws.com", false, true),
        (
            CertificateKind::NotYetValid,
            "sns.amazonaws.com",
            false,
            true,
        ),
        (
            CertificateKind::OtherName,
            "signer.evil.example",
            true,
            true,
        ),
        (
            CertificateKind::OtherIssuer,
            "sns.amazonaws.com",
            true,
            false,
        ),
    ] {
        let received = scene.sent(&renewed(&receipt).under(kind)).await;
        let certificate = scene.certificate_of(&received).await;
        assert!(certificate.has_signed(&received.json()), "{kind:?}");
        assert_eq!(certificate.name(), name);
        assert_eq!(certificate.is_valid_at(now), valid, "{kind:?}");
        assert_eq!(certificate.is_issued_by(&authority), trusted, "{kind:?}");
        assert!(!Certificate::read(&right.pem).has_signed(&received.json()));
    }
}

#[tokio::test]
async fn only_known_certificates_are_found() {
    let scene = Scene::set().await;
    let published = scene.store.certificate().await.unwrap();
    let url = &published.signing_cert_url;
    let unknown = url.replace("SimpleNotificationService-", "SimpleNotificationService-0");
    assert_eq!(scene.visit(&unknown).await.status(), 404);
    assert_eq!(
        scene
            .visit("https://sns.amazonaws.com/other.pem")
            .await
            .status(),
        404
    );
}
