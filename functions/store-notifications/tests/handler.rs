//! Notifications of stores, from the invocation event to the queue.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use in_process_aws::{InProcessAws, Logs, Refusal, SIGNING_KEY, event, event_names, request};
use serde_json::{Value, json};
use store_notifications::Notifications;

const EVENT: &str = "store-notifications/post-notification";

async fn started() -> (InProcessAws, Notifications) {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let notifications = Notifications::from_environment(&aws.aws()).unwrap();
    (aws, notifications)
}

async fn post(notifications: &Notifications, event: &Value) -> u16 {
    notifications
        .handle(&request(event))
        .await
        .status()
        .as_u16()
}

/// A notification that is signed with the key itself, so that any body can be sent.
fn with_body(aws: &InProcessAws, body: &str) -> Value {
    let credentials = json!({
        "apiKey": "a", "partnerId": "vizio_partner_demo_inc",
        "signingKeys": [SIGNING_KEY], "signatureAlgorithm": "bearer",
    });
    aws.put_secret("in-process/700100200/vizio", &credentials);
    let mut event = event(EVENT);
    event["headers"]["x-vizio-signature"] = json!(SIGNING_KEY);
    event["body"] = json!(body);
    event
}

#[tokio::test]
async fn a_notification_is_queued_with_the_state_that_it_carries() {
    let (aws, notifications) = started().await;
    let answer = notifications.handle(&request(&event(EVENT))).await;

    assert_eq!(answer.status(), 200);
    assert!(answer.body().is_empty());
    let sent = aws.sent("verification");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["locator"]["key"], "vzs-88120044");
    let cause = &sent[0]["cause"];
    assert_eq!(cause["type"], "notification");
    assert_eq!(cause["id"], "vzn-5f0c2a71");
    assert_eq!(cause["kind"], "SUBSCRIPTION.PAYMENT.SUCCESSFUL");
    assert_eq!(cause["notice"]["alone"], "after_giving_up");
    assert_eq!(
        cause["notice"]["snapshot"]["reading"]["known"]["status"],
        "active"
    );
}

#[tokio::test]
async fn one_changed_byte_is_refused() {
    let (aws, notifications) = started().await;
    let mut changed = event(EVENT);
    let body = changed["body"].as_str().unwrap().replace("8.99", "9.99");
    changed["body"] = json!(body);
    assert_eq!(post(&notifications, &changed).await, 401);
    let mut unsigned = event(EVENT);
    unsigned["headers"]
        .as_object_mut()
        .unwrap()
        .remove("x-vizio-signature");
    assert_eq!(post(&notifications, &unsigned).await, 401);
    assert!(aws.sent("verification").is_empty() && aws.sent("dead-letters").is_empty());
}

#[tokio::test]
async fn a_store_that_sends_none_has_no_address() {
    let (aws, notifications) = started().await;
    let mut event = event(EVENT);
    event["pathParameters"]["store"] = json!("samsung-tv");
    assert_eq!(post(&notifications, &event).await, 404);
    assert!(aws.sent("verification").is_empty() && aws.sent("dead-letters").is_empty());
}

#[tokio::test]
async fn without_the_queue_the_store_is_told_to_send_it_again() {
    let (aws, notifications) = started().await;
    aws.refuse(Refusal::Times("SendMessage", 1));
    assert_eq!(post(&notifications, &event(EVENT)).await, 503);
    assert_eq!(post(&notifications, &event(EVENT)).await, 200);
}

#[tokio::test]
async fn without_the_credentials_the_store_is_told_to_send_it_again() {
    let (aws, notifications) = started().await;
    aws.refuse(Refusal::Operation("GetSecretValue"));
    assert_eq!(post(&notifications, &event(EVENT)).await, 503);
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_or_else_sent_again() {
    let (aws, notifications) = started().await;
    let odd = with_body(&aws, "{\"partnerId\": \"vizio_partner_demo_inc\"}");
    aws.refuse(Refusal::Times("SendMessage", 1));
    assert_eq!(post(&notifications, &odd).await, 503);
    aws.forget_calls();
    assert_eq!(post(&notifications, &odd).await, 200);
    assert!(aws.sent("verification").is_empty());
    let kept = &aws.sent("dead-letters")[0];
    assert_eq!(kept["notification"], odd["body"]);
    assert_eq!(kept["broadcasterId"], "700100200");
}

#[tokio::test]
async fn another_application_s_notification_is_answered_like_a_forged_one() {
    let (aws, notifications) = started().await;
    let foreign = with_body(
        &aws,
        "{\"partnerId\": \"somebody_else\", \"data\": {\"subscriptionId\": \"vzs-1\"}}",
    );
    assert_eq!(post(&notifications, &foreign).await, 401);
    assert!(aws.sent("verification").is_empty());
}

#[tokio::test]
async fn the_log_tells_no_key_no_signature_and_no_purchase_key() {
    let (aws, notifications) = started().await;
    let logs = Logs::collect("trace");
    let mut forged = event(EVENT);
    forged["headers"]["x-vizio-signature"] = json!("00ff");
    post(&notifications, &event(EVENT)).await;
    post(&notifications, &forged).await;
    aws.refuse(Refusal::Operation("SendMessage"));
    post(&notifications, &event(EVENT)).await;
    let text = logs.text();
    assert!(
        text.contains("could not be queued") && text.contains("forged"),
        "{text}"
    );
    let signature = event(EVENT)["headers"]["x-vizio-signature"]
        .as_str()
        .unwrap()
        .to_owned();
    for secret in [SIGNING_KEY, "vzs-88120044", &signature] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn every_event_is_used() {
    // The others are used by the tests of Roku and of Google Play.
    assert_eq!(
        event_names("store-notifications"),
        [
            "post-notification",
            "post-push-notification",
            "post-status-update-notification"
        ]
    );
}

#[tokio::test]
async fn an_invented_broadcaster_costs_no_call_of_secrets_manager() {
    let (aws, notifications) = started().await;
    for number in 0..20 {
        let mut event = event(EVENT);
        event["pathParameters"]["broadcasterId"] = json!(format!("9001002{number:02}"));
        assert_eq!(post(&notifications, &event).await, 401);
    }
    assert_eq!(aws.inputs("GetSecretValue").len(), 0);
    assert_eq!(aws.inputs("GetItem").len(), 20);
    assert_eq!(post(&notifications, &event(EVENT)).await, 200);
}
