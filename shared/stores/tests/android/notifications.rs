//! What is made of a proven notification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{StoreNotification, VoidedPayment};
use serde_json::{Value, json};
use stores::{Ignored, NotificationError, Received};

use crate::google::Call;
use crate::keys::PUSH;
use crate::scene::{
    ORDER, PACKAGE, Scene, TOKEN, at, bearer, claims, notification, now, push, renewed,
};

async fn receive_at(scene: &Scene, body: &[u8]) -> Result<Received, NotificationError> {
    let config = scene.config(&json!({}));
    let headers = bearer(&PUSH.sign(&claims(&json!({}))));
    let read = config.read_notification(&scene.context, &headers, body, now());
    read.await.map(|accepted| accepted.received)
}

async fn receive(body: &[u8]) -> Result<Received, NotificationError> {
    receive_at(&Scene::set().await, body).await
}

async fn receive_part(part: &Value) -> Result<Received, NotificationError> {
    receive(push(&notification(part)).to_string().as_bytes()).await
}

async fn about_at(scene: &Scene, part: &Value) -> StoreNotification {
    let body = push(&notification(part)).to_string();
    match receive_at(scene, body.as_bytes()).await.unwrap() {
        Received::About(about) => about,
        other => panic!("{other:?}"),
    }
}

async fn about(part: &Value) -> StoreNotification {
    about_at(&Scene::set().await, part).await
}

fn of_type(number: &Value) -> Value {
    json!({"subscriptionNotification":
        {"version": "1.0", "notificationType": number, "purchaseToken": TOKEN}})
}

fn voided(product_type: u8, refund_type: u8) -> Value {
    json!({"voidedPurchaseNotification": {"purchaseToken": TOKEN, "orderId": ORDER,
        "productType": product_type, "refundType": refund_type}})
}

#[tokio::test]
async fn a_notification_is_a_hint_to_look_at_a_purchase() {
    let about = about(&of_type(&json!(2))).await;
    assert_eq!(about.id, "13900000000000001");
    assert_eq!(about.kind, "SUBSCRIPTION_RENEWED");
    assert_eq!(about.locator.key.as_str(), TOKEN);
    assert_eq!(about.locator.details["packageName"], PACKAGE);
    assert_eq!(about.sent_at, Some(at("2026-11-20T12:00:00.123Z")));
    assert_eq!((about.notice, about.voided), (None, None));
}

#[tokio::test]
async fn each_number_has_a_name() {
    let scene = Scene::set().await;
    for (number, name) in [
        (1, "SUBSCRIPTION_RECOVERED"),
        (2, "SUBSCRIPTION_RENEWED"),
        (3, "SUBSCRIPTION_CANCELED"),
        (4, "SUBSCRIPTION_PURCHASED"),
        (5, "SUBSCRIPTION_ON_HOLD"),
        (6, "SUBSCRIPTION_IN_GRACE_PERIOD"),
        (7, "SUBSCRIPTION_RESTARTED"),
        (8, "SUBSCRIPTION_PRICE_CHANGE_CONFIRMED"),
        (9, "SUBSCRIPTION_DEFERRED"),
        (10, "SUBSCRIPTION_PAUSED"),
        (11, "SUBSCRIPTION_PAUSE_SCHEDULE_CHANGED"),
        (12, "SUBSCRIPTION_REVOKED"),
        (13, "SUBSCRIPTION_EXPIRED"),
        (17, "SUBSCRIPTION_ITEMS_CHANGED"),
        (18, "SUBSCRIPTION_CANCELLATION_SCHEDULED"),
        (19, "SUBSCRIPTION_PRICE_CHANGE_UPDATED"),
        (20, "SUBSCRIPTION_PENDING_PURCHASE_CANCELED"),
        (22, "SUBSCRIPTION_PRICE_STEP_UP_CONSENT_UPDATED"),
        (14, "NOTIFICATION_14"),
        (99, "NOTIFICATION_99"),
    ] {
        for written in [json!(number), json!(number.to_string())] {
            assert_eq!(about_at(&scene, &of_type(&written)).await.kind, name);
        }
    }
}

#[tokio::test]
async fn a_revocation_takes_back_the_purchase_as_a_whole() {
    let at = at("2026-11-20T12:00:00.123Z");
    let whole = VoidedPayment { order_id: None, at };
    assert_eq!(about(&of_type(&json!(12))).await.voided, Some(whole));
    assert_eq!(about(&of_type(&json!(13))).await.voided, None);
}

#[tokio::test]
async fn a_payment_that_was_taken_back_is_named() {
    let about = about(&voided(1, 1)).await;
    assert_eq!(about.kind, "VOIDED_PURCHASE");
    assert_eq!(about.locator.key.as_str(), TOKEN);
    let payment = VoidedPayment {
        order_id: Some(ORDER.to_owned()),
        at: at("2026-11-20T12:00:00.123Z"),
    };
    assert_eq!(about.voided, Some(payment));
}

#[tokio::test]
async fn what_was_bought_once_is_named_as_such() {
    let scene = Scene::set().await;
    for (number, name) in [
        (1, "ONE_TIME_PRODUCT_PURCHASED"),
        (2, "ONE_TIME_PRODUCT_CANCELED"),
        (3, "NOTIFICATION_3"),
    ] {
        let part = json!({"oneTimeProductNotification": {"version": "1.0",
            "notificationType": number, "purchaseToken": TOKEN, "sku": "film"}});
        let about = about_at(&scene, &part).await;
        assert_eq!((about.kind.as_str(), about.voided), (name, None));
        assert_eq!(about.locator.key.as_str(), TOKEN);
        assert_eq!(about.locator.details["packageName"], PACKAGE);
        assert_eq!(about.locator.details["purchaseType"], "oneTime");
    }
}

#[tokio::test]
async fn a_refund_of_what_was_bought_once_is_named() {
    let full = about(&voided(2, 1)).await;
    let payment = VoidedPayment {
        order_id: Some(ORDER.to_owned()),
        at: at("2026-11-20T12:00:00.123Z"),
    };
    assert_eq!(full.voided, Some(payment));
    let of_some_of_several = about(&voided(2, 2)).await;
    assert_eq!(of_some_of_several.voided, None);
    for about in [full, of_some_of_several] {
        assert_eq!(about.kind, "VOIDED_PURCHASE");
        assert_eq!(about.locator.details["purchaseType"], "oneTime");
    }
    let of_a_subscription = about(&voided(1, 1)).await;
    assert_eq!(of_a_subscription.locator.details.get("purchaseType"), None);
}

#[tokio::test]
async fn a_refund_that_is_not_a_full_one_only_leads_to_a_look() {
    for (product_type, refund_type) in [(1, 2), (2, 2), (0, 1), (3, 1)] {
        let about = about(&voided(product_type, refund_type)).await;
        assert_eq!(
            (about.kind.as_str(), about.voided),
            ("VOIDED_PURCHASE", None)
        );
    }
}

#[tokio::test]
async fn what_concerns_no_purchase_of_ours_is_accepted_and_forgotten() {
    for (part, what) in [
        (
            json!({"testNotification": {"version": "1.0"}}),
            Ignored::TestNotification,
        ),
        (
            json!({"pendingRefundReviewNotification": {"orderId": ORDER, "refundReason": 7}}),
            Ignored::PendingRefundReview,
        ),
        (json!({"partyNotification": {}}), Ignored::UnknownKind),
        (json!({}), Ignored::UnknownKind),
        (
            json!({"packageName": "com.example.foreign", "testNotification": {}}),
            Ignored::OtherApplication,
        ),
    ] {
        assert_eq!(
            receive_part(&part).await,
            Ok(Received::Ignored(what)),
            "{part}"
        );
    }
}

#[tokio::test]
async fn a_time_may_be_a_number_or_missing() {
    let mut part = of_type(&json!(2));
    part["eventTimeMillis"] = json!(1_795_176_000_123_i64);
    assert_eq!(
        about(&part).await.sent_at,
        Some(at("2026-11-20T12:00:00.123Z"))
    );
    let mut part = of_type(&json!(12));
    part["eventTimeMillis"] = Value::Null;
    let about = about(&part).await;
    assert_eq!((about.sent_at, about.voided.unwrap().at), (None, now()));
}

#[tokio::test]
async fn the_id_is_that_of_the_message_or_made_of_the_body() {
    for (changes, expected) in [
        (json!({"message_id": "7"}), Some("7")),
        (json!({"messageId": "7"}), Some("7")),
        (json!({}), None),
        (json!({"messageId": "x".repeat(256)}), None),
    ] {
        let mut body = renewed();
        let message = body["message"].as_object_mut().unwrap();
        message.remove("messageId");
        message.remove("message_id");
        message.extend(changes.as_object().unwrap().clone());
        let Received::About(about) = receive(body.to_string().as_bytes()).await.unwrap() else {
            panic!("it is about a purchase");
        };
        match expected {
            Some(id) => assert_eq!(about.id, id),
            None => assert_eq!(about.id.len(), 64),
        }
    }
}

#[tokio::test]
async fn what_is_proven_and_broken_is_unreadable() {
    let with_data = |data: &str| json!({"message": {"data": data, "messageId": "1"}}).to_string();
    let encoded = |text: &str| with_data(&STANDARD.encode(text));
    let part = |part: Value| push(&notification(&part)).to_string();
    for (body, what) in [
        ("{".to_owned(), "it is not JSON"),
        ("{}".to_owned(), "it has no message"),
        (json!({"message": {}}).to_string(), "it has no data"),
        (with_data("_-_-"), "its data is not Base64"),
        (encoded("{"), "its data is not JSON"),
        (encoded("{}"), "it has no packageName"),
        (
            part(json!({"subscriptionNotification": {}})),
            "it has no purchaseToken",
        ),
        (
            part(json!({"oneTimeProductNotification": {"notificationType": 1}})),
            "it has no purchaseToken",
        ),
        (
            part(json!({"voidedPurchaseNotification": {"productType": 1}})),
            "it has no purchaseToken",
        ),
        (
            part(json!({"subscriptionNotification": {"purchaseToken": "a\nb"}})),
            "its purchaseToken must not contain control characters",
        ),
    ] {
        let unreadable = NotificationError::Unreadable(what.to_owned());
        assert_eq!(receive(body.as_bytes()).await, Err(unreadable), "{body}");
    }
}

/// A push is proven for the broadcaster: without a name it can only be about the one application.
#[tokio::test]
async fn without_a_name_it_is_about_the_only_application() {
    let scene = Scene::set().await;
    let headers = bearer(&PUSH.sign(&claims(&json!({}))));
    let mut part = of_type(&json!(2));
    part["packageName"] = Value::Null;
    let body = push(&notification(&part)).to_string();
    let mut reads = Vec::new();
    for names in [json!([PACKAGE]), json!([PACKAGE, "com.example.other"])] {
        let config = scene.config(&json!({ "packageNames": names }));
        let context = &scene.context;
        let read = config.read_notification(context, &headers, body.as_bytes(), now());
        reads.push(read.await);
    }
    let Ok(Received::About(about)) = reads[0].as_ref().map(|accepted| &accepted.received) else {
        panic!("{:?}", reads[0]);
    };
    assert_eq!(about.locator.details["packageName"], PACKAGE);
    let unreadable = NotificationError::Unreadable("it has no packageName".to_owned());
    assert_eq!(reads[1], Err(unreadable));
}

#[tokio::test]
async fn no_notification_asks_for_a_purchase() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let headers = bearer(&PUSH.sign(&claims(&json!({}))));
    let body = renewed().to_string();
    let read = config.read_notification(&scene.context, &headers, body.as_bytes(), now());
    read.await.unwrap();
    assert_eq!(
        (
            scene.google.count(Call::Get),
            scene.google.count(Call::Token)
        ),
        (0, 0)
    );
}
