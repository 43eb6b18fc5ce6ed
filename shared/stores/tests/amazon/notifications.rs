//! What the Appstore puts into a message.

use serde_json::{Value, json};
use stores::{NotificationError, Received};

use crate::scene::{OLD_RECEIPT, RECEIPT, Scene, USER, at};
use crate::sns::{MESSAGE_ID, notification, post, telling};

#[tokio::test]
async fn a_notification_is_a_hint_to_look_at_a_receipt() {
    let told = Scene::set().await.told(&telling(&json!({}))).await;
    assert_eq!(told.id, MESSAGE_ID);
    assert_eq!(told.kind, "SUBSCRIPTION_RENEWED");
    assert_eq!(told.locator.key.as_str(), RECEIPT);
    let details = serde_json::to_value(&told.locator.details).unwrap();
    assert_eq!(
        details,
        json!({"receiptId": RECEIPT, "receiptUserId": USER, "userId": USER})
    );
    assert_eq!(told.sent_at, Some(at("2026-11-20T12:00:00.123Z")));
    assert_eq!((told.notice, told.voided), (None, None));
}

#[tokio::test]
async fn each_type_is_told_by_its_name_and_unknown_ones_too() {
    let scene = Scene::set().await;
    for kind in [
        "SUBSCRIPTION_PURCHASED",
        "SUBSCRIPTION_CONVERTED_FREE_TRIAL_TO_PAID",
        "SUBSCRIPTION_OUT_OF_GRACE_PERIOD",
        "SUBSCRIPTION_SCHEDULED_TO_END",
        "CONSUMABLE_PURCHASED",
        "ENTITLEMENT_CANCELLED",
        "SUBSCRIPTION_FROZEN",
    ] {
        let told = scene
            .told(&telling(&json!({"notificationType": kind})))
            .await;
        assert_eq!(told.kind, kind);
        assert_eq!(told.locator.details.len(), 3);
    }
    let long = "X".repeat(200);
    let told = scene
        .told(&telling(&json!({"notificationType": long})))
        .await;
    assert_eq!(told.kind.len(), 64);
}

#[tokio::test]
async fn a_cancellation_is_remembered_for_the_look() {
    let kind = "SUBSCRIPTION_CANCELLED";
    let told = Scene::set()
        .await
        .told(&telling(&json!({"notificationType": kind})))
        .await;
    assert_eq!(told.locator.details["notificationType"], kind);
}

async fn replaced(related: Value) -> Option<String> {
    let post = telling(
        &json!({"notificationType": "SUBSCRIPTION_MODIFIED_IMMEDIATE",
        "relatedReceipts": related}),
    );
    let told = Scene::set().await.told(&post).await;
    told.locator.details.get("cancelledReceiptId").cloned()
}

#[tokio::test]
async fn a_change_of_plan_names_the_receipt_that_is_over() {
    let named = replaced(json!({"cancelledReceiptId": OLD_RECEIPT})).await;
    assert_eq!(named.as_deref(), Some(OLD_RECEIPT));
    for nothing in [
        json!({}),
        json!([]),
        Value::Null,
        json!("none"),
        json!({"cancelledReceiptId": null}),
        json!({"cancelledReceiptId": ""}),
        json!({"cancelledReceiptId": "x".repeat(5000)}),
    ] {
        assert_eq!(replaced(nothing).await, None);
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_kept_as_such() {
    let scene = Scene::set().await;
    for changes in [
        json!({"appPackageName": {}}),
        json!({"receiptId": null}),
        json!({"receiptId": 7}),
        json!({"receiptId": ""}),
        json!({"receiptId": "a\nb"}),
        json!({"receiptId": "x".repeat(5000)}),
        json!({"appUserId": null}),
        json!({"appUserId": "x".repeat(256)}),
    ] {
        let read = scene.receive(&telling(&changes)).await;
        assert!(
            matches!(read, Err(NotificationError::Unreadable(_))),
            "{changes}: {read:?}"
        );
    }
    for message in ["", "hello", "[]", "{\"appPackageName\":"] {
        let post = post(notification(&json!({ "Message": message })));
        let read = scene.receive(&post).await;
        assert!(
            matches!(read, Err(NotificationError::Unreadable(_))),
            "{message}: {read:?}"
        );
    }
}

/// Its topic is pinned; the look-up decides what the receipt is.
#[tokio::test]
async fn what_names_no_application_or_type_leads_to_a_look() {
    let scene = Scene::set().await;
    let bare = telling(&json!({"appPackageName": null, "notificationType": null}));
    let told = scene.told(&bare).await;
    assert_eq!(
        (told.locator.key.as_str(), told.kind.as_str()),
        (RECEIPT, "UNKNOWN")
    );
}

#[tokio::test]
async fn names_may_be_spelled_with_other_capitals() {
    let scene = Scene::set().await;
    let related = json!({"CancelledReceiptId": OLD_RECEIPT});
    let respelled = json!({"AppPackageName": crate::scene::PACKAGE, "ReceiptID": RECEIPT,
        "AppUserId": USER, "NotificationType": "SUBSCRIPTION_MODIFIED_IMMEDIATE",
        "RelatedReceipts": related});
    let post = post(notification(&json!({ "Message": respelled.to_string() })));
    let told = scene.told(&post).await;
    assert_eq!(told.kind, "SUBSCRIPTION_MODIFIED_IMMEDIATE");
    assert_eq!(told.locator.details["cancelledReceiptId"], OLD_RECEIPT);
}

#[tokio::test]
async fn the_time_may_be_missing() {
    let scene = Scene::set().await;
    for time in [Value::Null, json!("soon"), json!({})] {
        let told = scene.told(&telling(&json!({ "timestamp": time }))).await;
        assert_eq!(told.sent_at, None);
    }
}

#[tokio::test]
async fn a_message_id_that_is_too_long_is_replaced() {
    let scene = Scene::set().await;
    let ided = |id: String| post(notification(&json!({ "MessageId": id })));
    let told = scene.told(&ided("x".repeat(255))).await;
    assert_eq!(told.id.len(), 255);
    for id in [String::new(), "x".repeat(256)] {
        let first = scene.told(&ided(id.clone())).await;
        assert_eq!(first.id.len(), 64);
        assert_eq!(scene.told(&ided(id)).await.id, first.id);
    }
}

#[tokio::test]
async fn each_configured_app_is_ours() {
    let other = telling(&json!({"appPackageName": "tv.example.tablet"}));
    let read = Scene::set().await.receive(&other).await;
    assert!(matches!(read, Ok(Received::About(_))));
}
