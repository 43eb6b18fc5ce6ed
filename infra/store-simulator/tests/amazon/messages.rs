//! Messages inside of envelopes.

use serde_json::{Value, json};
use store_simulator::amazon::{
    CustomMessage,
    model::{Action, NewPurchase, NotificationType},
};

use crate::{
    PACKAGE,
    scene::{MONTHLY, Scene, millis},
};

#[tokio::test]
async fn a_message_names_the_app_the_customer_and_the_receipt() {
    let (scene, receipt) = Scene::bought().await;
    scene.does(&receipt, Action::TurnAutoRenewOff).await;
    let expected = json!({"appPackageName": PACKAGE,
        "notificationType": "SUBSCRIPTION_AUTO_RENEWAL_OFF", "appUserId": receipt.user_id,
        "receiptId": receipt.receipt_id, "relatedReceipts": {},
        "timestamp": millis("2026-11-15T00:00:00Z"), "betaProductTransaction": false});
    assert_eq!(scene.last_message().await, expected);
}

#[tokio::test]
async fn live_tests_are_marked() {
    let scene = Scene::set().await;
    scene.buys(&NewPurchase::of(MONTHLY).in_live_test()).await;
    assert_eq!(scene.last_message().await["betaProductTransaction"], true);
}

#[tokio::test]
async fn every_type_can_be_sent_by_hand() {
    let (scene, receipt) = Scene::bought().await;
    for known in NotificationType::ALL {
        let custom = CustomMessage::of_type(known.as_str(), &receipt);
        let message = scene.sent(&custom).await.message();
        assert_eq!(message["notificationType"], known.as_str());
        assert_eq!(json!(known), known.as_str());
    }
}

#[tokio::test]
async fn fields_can_differ_or_be_missing_and_the_whole_be_anything() {
    let (scene, receipt) = Scene::bought().await;
    let custom = CustomMessage::of_receipt_id("SUBSCRIPTION_PAUSED", "r", "u")
        .with_field("timestamp", json!("soon"))
        .with_field("appUserId", Value::Null);
    let message = scene.sent(&custom).await.message();
    assert_eq!(message["notificationType"], "SUBSCRIPTION_PAUSED");
    assert_eq!(message["timestamp"], "soon");
    assert!(message.get("appUserId").is_none());

    let custom = CustomMessage::of_type("X", &receipt).with_message("plain text");
    assert_eq!(scene.sent(&custom).await.json()["Message"], "plain text");
}
