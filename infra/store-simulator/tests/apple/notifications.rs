//! Content of notifications.

use serde_json::json;
use store_simulator::apple::{
    CustomNotification,
    model::{Action, Environment, Options},
};

use crate::{
    BUNDLE, START,
    scene::{Scene, millis},
    verifier,
};

#[tokio::test]
async fn a_notification_carries_the_purchase_as_it_stands() {
    let (scene, id) = Scene::bought().await;
    let told = scene.told().await;
    assert_eq!(told["notificationType"], "SUBSCRIBED");
    assert_eq!(told["subtype"], "INITIAL_BUY");
    assert_eq!(told["version"], "2.0");
    assert!(told["signedDate"].as_i64().unwrap() >= millis(START));
    assert_eq!(told["notificationUUID"].as_str().unwrap().len(), 36);
    let data = &told["data"];
    assert_eq!(data["appAppleId"], 1_234_567_890);
    assert_eq!(data["bundleId"], BUNDLE);
    assert_eq!(data["environment"], "Production");
    assert_eq!(data["status"], 1);
    assert_eq!(data["signedTransactionInfo"]["originalTransactionId"], id);
    assert_eq!(data["signedRenewalInfo"]["autoRenewStatus"], 1);
    let received = scene.receiver.received();
    assert_eq!(received[0].header("content-type"), "application/json");
    assert_eq!(received[0].json().as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn the_header_has_three_certificates_and_the_last_is_the_root() {
    let (scene, _) = Scene::bought().await;
    scene.settle().await;
    let body = scene.receiver.received()[0].json();
    let header = verifier::header(body["signedPayload"].as_str().unwrap());
    let root = scene.store.root().await.unwrap();
    assert_eq!(header["x5c"].as_array().unwrap().len(), 3);
    assert_eq!(header["x5c"][2], root.der);
    assert_eq!(root.sha256.len(), 64);
    let public = format!("{}/apple/root.cer", scene.simulator.base_url());
    let public = scene.http.get(public).send().await.unwrap();
    assert_eq!(public.bytes().await.unwrap(), root.bytes());
}

#[tokio::test]
async fn of_two_messages_each_shows_its_own_moment() {
    let (scene, id) = Scene::bought().await;
    scene.act(&id, Action::Expire, &Options::default()).await;
    let told = scene.notifications().await;
    let [_, cancelled, expired] = &told[..] else {
        unreachable!("{}", told.len());
    };
    assert_eq!(cancelled["data"]["status"], 1);
    assert_eq!(cancelled["data"]["signedRenewalInfo"]["autoRenewStatus"], 0);
    assert_eq!(expired["data"]["status"], 2);
    assert!(cancelled["signedDate"].as_i64() < expired["signedDate"].as_i64());
}

#[tokio::test]
async fn any_type_can_be_sent_with_any_fields() {
    let (scene, id) = Scene::bought().await;
    let custom = CustomNotification::of("METADATA_UPDATE", &id)
        .subtype("UNHEARD_OF")
        .with_payload("seats", json!(3))
        .with_data("bundleVersion", json!(null))
        .with_transaction("advancedCommerceInfo", json!({"a": 1}))
        .with_renewal("autoRenewStatus", json!(0))
        .signed_at("2026-11-01T00:00:00Z".parse().unwrap());
    scene.store.notify(&custom).await.unwrap();
    let told = scene.told().await;
    assert_eq!(told["notificationType"], "METADATA_UPDATE");
    assert_eq!(
        (&told["subtype"], &told["seats"]),
        (&json!("UNHEARD_OF"), &json!(3))
    );
    let data = &told["data"];
    assert!(data.get("bundleVersion").is_none());
    assert_eq!(
        data["signedTransactionInfo"]["advancedCommerceInfo"]["a"],
        1
    );
    assert_eq!(data["signedRenewalInfo"]["autoRenewStatus"], 0);
    for signed in [
        &told,
        &data["signedTransactionInfo"],
        &data["signedRenewalInfo"],
    ] {
        assert_eq!(signed["signedDate"], millis("2026-11-01T00:00:00Z"));
    }
}

#[tokio::test]
async fn summaries_have_no_data() {
    let scene = Scene::set().await;
    let summary = json!({"requestIdentifier": "5b0c1f6e", "environment": "Production",
        "bundleId": BUNDLE, "productId": "premium", "succeededCount": 3, "failedCount": 1});
    let custom = CustomNotification {
        notification_type: Some("RENEWAL_EXTENSION".to_owned()),
        ..CustomNotification::default()
    };
    let custom = custom
        .subtype("SUMMARY")
        .with_payload("data", json!(null))
        .with_payload("summary", summary.clone());
    let signed = scene.sent(&custom).await;
    let told = scene.verified(&json!(signed));
    assert_eq!((told.get("data"), &told["summary"]), (None, &summary));
}

#[tokio::test]
async fn a_test_notification_has_nothing_signed_in_it() {
    let scene = Scene::set().await;
    let custom = CustomNotification::test(Environment::Sandbox);
    scene.store.notify(&custom).await.unwrap();
    let told = scene.told().await;
    assert_eq!(told["notificationType"], "TEST");
    assert_eq!(told["data"]["environment"], "Sandbox");
    assert!(told["data"].get("signedTransactionInfo").is_none());
}

#[tokio::test]
async fn a_body_can_be_anything() {
    let scene = Scene::set().await;
    let custom = CustomNotification::body("{not json");
    scene.store.notify(&custom).await.unwrap();
    scene.settle().await;
    assert_eq!(scene.receiver.received()[0].body, "{not json");
}
