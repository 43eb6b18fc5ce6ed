//! Messages in Amazon SNS's name: what a stranger can send, and what the answer tells.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use in_process_aws::{InProcessAws, event, request};
use serde_json::{Value, json};
use store_notifications::Notifications;

const EVENT: &str = "store-notifications/post-notification";
const TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";
const STRANGERS: &str = "arn:aws:sns:us-east-1:999999999999:amazon-appstore-rtn";
const CONFIGURED: &str = "700100200";
const UNCONFIGURED: &str = "700100201";

async fn started() -> (InProcessAws, Notifications) {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let amazon = json!({"sharedSecret": "s", "packageNames": ["com.example.streaming"],
        "topicArns": [TOPIC], "snsHost": "http://localhost:1"});
    aws.put_secret("in-process/700100200/amazon", &amazon);
    let notifications = Notifications::from_environment(&aws.aws()).unwrap();
    (aws, notifications)
}

/// A message in the form of SNS that nobody has signed, with `changes` on top.
fn unsigned(broadcaster: &str, changes: &Value) -> Value {
    let mut message = json!({
        "Type": "Notification", "MessageId": "m", "TopicArn": STRANGERS, "Message": "{}",
        "Timestamp": "2026-11-20T11:59:31.004Z", "SignatureVersion": "1", "Signature": "bm8=",
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem",
    });
    let fields = message.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    let mut event = event(EVENT);
    event["pathParameters"] = json!({"store": "amazon", "broadcasterId": broadcaster});
    event["headers"] = json!({"x-amz-sns-message-type": message["Type"],
        "content-type": "text/plain; charset=UTF-8"});
    event["body"] = json!(message.to_string());
    event["isBase64Encoded"] = json!(false);
    event
}

/// The status and the body, without what is new in each answer.
async fn answer(notifications: &Notifications, event: &Value) -> (u16, Value) {
    let answer = notifications.handle(&request(event)).await;
    let mut body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("correlationId");
    }
    (answer.status().as_u16(), body)
}

#[tokio::test]
async fn what_nobody_signed_gets_the_same_answer_whoever_uses_amazon() {
    let (aws, notifications) = started().await;
    let confirmation = json!({"Type": "SubscriptionConfirmation", "Token": "t",
        "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"});
    for changes in [
        json!({}),
        json!({"Message": "no JSON"}),
        json!({"SignatureVersion": "2"}),
        json!({"SignatureVersion": "3"}),
        json!({"SigningCertURL": "https://evil.example/x.pem"}),
        json!({"TopicArn": "AB12C"}),
        confirmation.clone(),
        json!({"Type": "UnsubscribeConfirmation", "Token": "t", "SubscribeURL": "x"}),
    ] {
        let configured = answer(&notifications, &unsigned(CONFIGURED, &changes)).await;
        let unconfigured = answer(&notifications, &unsigned(UNCONFIGURED, &changes)).await;
        assert_eq!(configured.0, 401, "{changes}");
        assert_eq!(configured, unconfigured, "{changes}");
    }
    assert!(aws.sent("verification").is_empty() && aws.sent("dead-letters").is_empty());
    let kept = aws.items("broadcasters");
    assert!(
        kept.iter()
            .all(|item| !item.to_string().contains(STRANGERS))
    );
}

/// Only who knows the broadcaster's topic is asked to send again.
#[tokio::test]
async fn a_message_of_a_pinned_topic_that_cannot_be_proven_now_is_to_be_sent_again() {
    let (_aws, notifications) = started().await;
    let pinned = json!({ "TopicArn": TOPIC });
    let configured = answer(&notifications, &unsigned(CONFIGURED, &pinned)).await;
    assert_eq!(configured.0, 503);
    let unconfigured = answer(&notifications, &unsigned(UNCONFIGURED, &pinned)).await;
    assert_eq!(unconfigured.0, 401);
}

#[tokio::test]
async fn bodies_of_no_form_are_refused() {
    let (aws, notifications) = started().await;
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    for store in ["vizio", "android", "apple", "roku", "amazon", "stripe"] {
        for body in [&deep, "", "\u{0}", "{", "nul", "1e999999", "{\"a\":1e400}"] {
            let mut event = event(EVENT);
            event["pathParameters"] = json!({"store": store, "broadcasterId": CONFIGURED});
            event["body"] = json!(body);
            assert_eq!(answer(&notifications, &event).await.0, 401, "{store}");
        }
    }
    assert!(aws.sent("verification").is_empty() && aws.sent("dead-letters").is_empty());
}
