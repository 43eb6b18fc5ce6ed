//! Signatures that must be refused, and the reasons.

use serde_json::json;
use store_simulator::apple::{
    CustomNotification, Forgery, Signing,
    model::Environment::{Production, Sandbox},
};

use crate::{
    receiver::Receiver,
    scene::Scene,
    verifier::{header, payload, verify},
};

const WHY: [(Forgery, &str); 19] = [
    (Forgery::AlgNone, "algorithm"),
    (Forgery::AlgHs256, "algorithm"),
    (Forgery::AlgEs384, "algorithm"),
    (Forgery::MissingX5c, "no x5c"),
    (Forgery::NoCertificates, "not three certificates"),
    (Forgery::TwoCertificates, "not three certificates"),
    (Forgery::FourCertificates, "not three certificates"),
    (Forgery::NotACertificate, "not a certificate"),
    (Forgery::OwnRoot, "intermediate not issued by the root"),
    (
        Forgery::OwnChainTrueRoot,
        "intermediate not issued by the root",
    ),
    (Forgery::NoIntermediateMarker, "intermediate not marked"),
    (Forgery::NoLeafMarker, "leaf not marked"),
    (Forgery::IntermediateNotCa, "not an authority"),
    (Forgery::ExpiredLeaf, "not valid then"),
    (
        Forgery::LeafOfAnotherIntermediate,
        "leaf not issued by the intermediate",
    ),
    (Forgery::WrongKey, "signature"),
    (Forgery::TamperedPayload, "signature"),
    (Forgery::DerSignature, "signature"),
    (Forgery::NoSignature, "signature"),
];

#[tokio::test]
async fn each_forgery_has_one_fault() {
    let (scene, id) = Scene::bought().await;
    assert_eq!(WHY.map(|(forgery, _)| forgery), Forgery::REFUSED);
    for (forgery, why) in WHY {
        let custom = CustomNotification::of("DID_RENEW", &id).forged(forgery);
        let signed = scene.sent(&custom).await;
        assert_eq!(verify(&signed, &scene.root), Err(why), "{forgery:?}");
        assert_eq!(payload(&signed)["notificationType"], "DID_RENEW");
    }
}

#[tokio::test]
async fn an_expired_leaf_was_good_in_its_time() {
    let (scene, id) = Scene::bought().await;
    let custom = CustomNotification::of("DID_RENEW", &id).forged(Forgery::ExpiredLeaf);
    let old = custom.signed_at("2016-06-01T00:00:00Z".parse().unwrap());
    let signed = scene.sent(&old).await;
    assert!(verify(&signed, &scene.root).is_ok());
}

#[tokio::test]
async fn a_root_with_other_bytes_but_the_same_key_is_no_forgery() {
    let (scene, id) = Scene::bought().await;
    let custom = CustomNotification::of("DID_RENEW", &id).forged(Forgery::ReissuedRoot);
    let signed = scene.sent(&custom).await;
    assert!(verify(&signed, &scene.root).is_ok());
    let root = scene.store.root().await.unwrap();
    assert_ne!(header(&signed)["x5c"][2], root.der);
}

#[tokio::test]
async fn the_inner_parts_are_forged_apart_from_the_whole() {
    let (scene, id) = Scene::bought().await;
    let custom = CustomNotification::of("DID_RENEW", &id).inner_forged(Forgery::OwnRoot);
    let signed = scene.sent(&custom).await;
    let outer = verify(&signed, &scene.root).unwrap();
    for part in ["signedTransactionInfo", "signedRenewalInfo"] {
        let inner = outer["data"][part].as_str().unwrap();
        assert!(verify(inner, &scene.root).is_err());
    }
}

#[tokio::test]
async fn the_transaction_of_another_app_fits_in_a_valid_notification() {
    let (scene, id) = Scene::bought().await;
    let other = json!("com.example.other");
    let custom =
        CustomNotification::of("DID_RENEW", &id).with_transaction("bundleId", other.clone());
    let signed = scene.sent(&custom).await;
    let told = scene.opened(&json!(signed));
    assert_eq!(told["data"]["bundleId"], crate::BUNDLE);
    assert_eq!(told["data"]["signedTransactionInfo"]["bundleId"], other);
}

#[tokio::test]
async fn the_sandbox_can_be_sent_to_the_address_of_production() {
    let scene = Scene::set().await;
    let other = Receiver::start().await;
    let addresses = json!({"sandboxNotificationUrl": other.url()});
    scene.store.reconfigure(&addresses).await.unwrap();
    let custom = CustomNotification::test(Sandbox).sent_to(Production);
    let signed = scene.sent(&custom).await;
    assert_eq!(payload(&signed)["data"]["environment"], "Sandbox");
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn what_the_app_hands_over_can_be_forged_too() {
    let (scene, id) = Scene::bought().await;
    let genuine = scene
        .store
        .signed_transaction(&id, &Signing::default())
        .await
        .unwrap();
    assert_eq!(verify(&genuine, &scene.root).unwrap()["transactionId"], id);
    let signing = Signing::forged(Forgery::OwnRoot).with("productId", json!("yearly"));
    let forged = scene.store.signed_transaction(&id, &signing).await.unwrap();
    assert!(verify(&forged, &scene.root).is_err());
    assert_eq!(payload(&forged)["productId"], "yearly");
}

#[tokio::test]
async fn the_answers_of_the_api_can_be_forged() {
    let (scene, id) = Scene::bought().await;
    scene
        .store
        .reconfigure(&json!({"apiForgery": "ownRoot"}))
        .await
        .unwrap();
    let (_, answer) = scene.get(&format!("/v1/transactions/{id}")).await;
    let signed = answer["signedTransactionInfo"].as_str().unwrap();
    assert!(verify(signed, &scene.root).is_err());
}
