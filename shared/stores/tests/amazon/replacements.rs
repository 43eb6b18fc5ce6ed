//! A change of plan at once: a new receipt, which names the old one only in the notification.

use domain::Reading;
use serde_json::json;

use crate::amazon::{Call, Reply};
use crate::scene::{OLD_RECEIPT, RECEIPT, Scene, known, ms, read, read_with, receipt};
use crate::sns::telling;

#[tokio::test]
async fn the_notification_tells_the_look_what_was_replaced() {
    let scene = Scene::set().await;
    let told = scene
        .told(&telling(
            &json!({"notificationType": "SUBSCRIPTION_MODIFIED_IMMEDIATE",
            "relatedReceipts": {"cancelledReceiptId": OLD_RECEIPT}}),
        ))
        .await;
    let seen = scene.look_for(&told.locator).await.unwrap().snapshot;
    assert_eq!(seen.purchase_key.as_str(), RECEIPT);
    assert_eq!(seen.replaces.as_ref().unwrap().as_str(), OLD_RECEIPT);

    let kept = serde_json::to_value(known(seen).details).unwrap();
    let later = read_with(&kept, &json!({})).unwrap();
    assert_eq!(later.replaces.unwrap().as_str(), OLD_RECEIPT);
}

#[test]
fn without_the_notification_nothing_is_replaced() {
    assert_eq!(read(&json!({})).replaces, None);
}

#[test]
fn what_cannot_have_taken_over_replaces_nothing() {
    let unknown = json!({"productType": "RENTAL"});
    let named = json!({"cancelledReceiptId": OLD_RECEIPT});
    assert_eq!(read_with(&named, &unknown).unwrap().replaces, None);
    let itself = json!({"cancelledReceiptId": RECEIPT});
    assert_eq!(read_with(&itself, &json!({})).unwrap().replaces, None);
    let unfit = json!({"cancelledReceiptId": "x".repeat(5000)});
    let error = read_with(&unfit, &json!({})).unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

#[test]
fn in_a_chain_each_receipt_names_the_one_before() {
    let named = json!({"cancelledReceiptId": OLD_RECEIPT});
    let replaced = json!({"autoRenewing": false, "renewalDate": null, "cancelReason": 4,
        "cancelDate": ms("2026-11-19T00:00:00Z")});
    let seen = read_with(&named, &replaced).unwrap();
    assert_eq!(seen.reading, Reading::Replaced);
    assert_eq!(seen.replaces.unwrap().as_str(), OLD_RECEIPT);
}

#[tokio::test]
async fn the_old_receipt_says_that_it_was_replaced() {
    let scene = Scene::set().await;
    let replaced = receipt(&json!({"autoRenewing": false, "renewalDate": null,
        "cancelReason": 4, "cancelDate": ms("2026-11-19T00:00:00Z")}));
    scene
        .amazon
        .replies(Call::Receipt, [Reply::json(&replaced)]);
    let seen = scene.look().await.unwrap().snapshot;
    assert_eq!(seen.reading, Reading::Replaced);
}
