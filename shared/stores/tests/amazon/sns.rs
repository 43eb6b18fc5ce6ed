//! Messages as Amazon SNS posts them.

use serde_json::{Value, json};

use crate::ids::{PACKAGE, RECEIPT, USER};
use crate::json::changed;
use crate::keys::{AMAZON, Signer};

pub const TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";
pub const OTHER_TOPIC: &str = "arn:aws:sns:us-east-1:999988887777:ZZ99Z";
pub const HOST: &str = "https://sns.us-east-1.amazonaws.com";
pub const FILE: &str = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
pub const TOKEN: &str = "2336412f37fb687f5d51e6e241d09c805a5a57b30d712f79";
pub const MESSAGE_ID: &str = "5f1d3b2a-7c44-5e0b-9a51-6f0f2f6f3c10";

/// What arrives.
#[derive(Clone)]
pub struct Post {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What the Appstore puts into a message, with `changes` on top.
pub fn message(changes: &Value) -> Value {
    let message = json!({
        "appPackageName": PACKAGE,
        "notificationType": "SUBSCRIPTION_RENEWED",
        "appUserId": USER,
        "receiptId": RECEIPT,
        "relatedReceipts": {},
        "timestamp": 1_795_176_000_123_i64,
        "betaProductTransaction": false,
    });
    changed(message, changes)
}

/// An envelope that nobody has signed, with `changes` on top.
pub fn notification(changes: &Value) -> Value {
    let envelope = json!({
        "Type": "Notification",
        "MessageId": MESSAGE_ID,
        "TopicArn": TOPIC,
        "Message": message(&json!({})).to_string(),
        "Timestamp": "2026-11-20T11:59:30.004Z",
        "SignatureVersion": "2",
        "SigningCertURL": format!("{HOST}{FILE}"),
        "UnsubscribeURL": format!("{HOST}/?Action=Unsubscribe&SubscriptionArn={TOPIC}:0"),
    });
    changed(envelope, changes)
}

pub fn subscribe_url(host: &str, topic: &str) -> String {
    format!("{host}/?Action=ConfirmSubscription&TopicArn={topic}&Token={TOKEN}")
}

pub fn confirmation_of(topic: &str, changes: &Value) -> Value {
    let envelope = json!({
        "Type": "SubscriptionConfirmation",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "Token": TOKEN,
        "TopicArn": topic,
        "Message": "You have chosen to subscribe to the topic.\nVisit the SubscribeURL.",
        "SubscribeURL": subscribe_url(HOST, topic),
        "Timestamp": "2026-11-20T11:59:30.004Z",
        "SignatureVersion": "2",
        "SigningCertURL": format!("{HOST}{FILE}"),
    });
    changed(envelope, changes)
}

pub fn confirmation(changes: &Value) -> Value {
    confirmation_of(TOPIC, changes)
}

/// What of it is signed, by Amazon's description.
fn signed_text(envelope: &Value) -> String {
    let notification: &[&str] = &[
        "Message",
        "MessageId",
        "Subject",
        "Timestamp",
        "TopicArn",
        "Type",
    ];
    let other: &[&str] = &[
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ];
    let fields = if envelope["Type"] == "Notification" {
        notification
    } else {
        other
    };
    let line = |name: &&str| Some(format!("{name}\n{}\n", envelope.get(*name)?.as_str()?));
    fields.iter().filter_map(line).collect()
}

pub fn signed_by(signer: &Signer, mut envelope: Value) -> Value {
    envelope["Signature"] = json!(signer.sign(&signed_text(&envelope)));
    envelope
}

/// With the headers that belong to it.
pub fn posted(envelope: &Value) -> Post {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let text = |name: &str| envelope[name].as_str().unwrap_or_default();
    Post {
        headers: vec![
            header("x-amz-sns-message-type", text("Type")),
            header("x-amz-sns-message-id", text("MessageId")),
            header("x-amz-sns-topic-arn", text("TopicArn")),
            header("content-type", "text/plain; charset=UTF-8"),
            header("user-agent", "Amazon Simple Notification Service Agent"),
        ],
        body: envelope.to_string().into_bytes(),
    }
}

/// By Amazon.
pub fn post(envelope: Value) -> Post {
    posted(&signed_by(&AMAZON, envelope))
}

/// By Amazon, with this in the message.
pub fn telling(changes: &Value) -> Post {
    let message = message(changes).to_string();
    post(notification(&json!({ "Message": message })))
}

impl Post {
    /// The same with this header instead of its own, or without it.
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        self.headers.retain(|(known, _)| known != name);
        let header = value.map(|value| (name.to_owned(), value.to_owned()));
        self.headers.extend(header);
        self
    }
}
