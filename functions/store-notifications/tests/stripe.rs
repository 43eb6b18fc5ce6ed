//! Stripe's events, which come again for days unless the answer is 2xx.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::fmt::Write as _;

use aws_lc_rs::hmac;

use domain::Timestamp;
use in_process_aws::{InProcessAws, Logs, Refusal, event, request};
use serde_json::{Value, json};
use store_notifications::Notifications;

const EVENT: &str = "store-notifications/post-notification";
const API_KEY: &str = "rk_test_51Synthetic";
const SECRET: &str = "whsec_synthetic_0001";
const SUBSCRIPTION: &str = "sub_1Synthetic0001";
const LARGEST: usize = 512 * 1024;

struct Scene {
    aws: InProcessAws,
    notifications: Notifications,
}

async fn started() -> Scene {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let config = json!({"apiKey": API_KEY, "signingSecrets": [SECRET]});
    aws.put_secret("in-process/700100200/stripe", &config);
    let notifications = Notifications::from_environment(&aws.aws()).unwrap();
    Scene { aws, notifications }
}

/// The header of a body that is signed now.
fn signature(secret: &str, body: &str) -> String {
    let now = Timestamp::now().as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{now}.{body}").as_bytes());
    let bytes = tag.as_ref().iter();
    let hex = bytes.fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    format!("t={now},v1={hex}")
}

fn delivery(signature: &str, body: &str) -> Value {
    let mut event = event(EVENT);
    let address = "/stripe/notifications/broadcasters/700100200";
    event["rawPath"] = json!(address);
    event["requestContext"]["http"]["path"] = json!(address);
    event["pathParameters"]["store"] = json!("stripe");
    let headers = event["headers"].as_object_mut().unwrap();
    headers.remove("x-vizio-signature");
    headers.insert("content-length".to_owned(), json!(body.len().to_string()));
    headers.insert("stripe-signature".to_owned(), json!(signature));
    event["body"] = json!(body);
    event
}

/// An event of the test mode: the stack is a sandbox.
fn updated() -> Value {
    json!({
        "id": "evt_1Synthetic0001", "object": "event", "api_version": "2026-09-30.endive",
        "created": 1_796_463_000, "type": "customer.subscription.updated", "livemode": false,
        "pending_webhooks": 1, "request": {"id": null, "idempotency_key": null},
        "data": {"object": {"id": SUBSCRIPTION, "object": "subscription", "status": "active"}},
    })
}

impl Scene {
    async fn deliver(&self, signature: &str, body: &str) -> u16 {
        let event = delivery(signature, body);
        let answer = self.notifications.handle(&request(&event)).await;
        answer.status().as_u16()
    }

    async fn tell(&self, body: &str) -> u16 {
        self.deliver(&signature(SECRET, body), body).await
    }

    fn queued(&self) -> Vec<Value> {
        self.aws.sent("verification")
    }

    fn kept(&self) -> Vec<Value> {
        self.aws.sent("dead-letters")
    }
}

#[tokio::test]
async fn an_event_is_queued_each_time_that_it_comes_under_its_own_id() {
    let scene = started().await;
    for _ in 0..2 {
        assert_eq!(scene.tell(&updated().to_string()).await, 200);
    }
    let queued = scene.queued();
    assert_eq!(queued.len(), 2);
    for one in queued {
        assert_eq!(one["store"], "stripe");
        assert_eq!(one["locator"]["key"], SUBSCRIPTION);
        assert_eq!(one["cause"]["id"], "evt_1Synthetic0001");
        assert_eq!(one["cause"]["kind"], "customer.subscription.updated");
    }
}

#[tokio::test]
async fn what_is_not_signed_by_the_endpoint_s_secret_is_refused_and_forgotten() {
    let scene = started().await;
    let body = updated().to_string();
    let other = signature("whsec_synthetic_0002", &body);
    let right = signature(SECRET, &body);
    let changed = body.replace("active", "paused");
    for (signature, body) in [(&other, &body), (&right, &changed), (&String::new(), &body)] {
        assert_eq!(scene.deliver(signature, body).await, 401, "{signature}");
    }
    let mut unknown = delivery(&right, &body);
    unknown["pathParameters"]["broadcasterId"] = json!("700100999");
    let answer = scene.notifications.handle(&request(&unknown)).await;
    assert_eq!(answer.status(), 401);
    assert!(scene.queued().is_empty() && scene.kept().is_empty());
}

#[tokio::test]
async fn what_is_signed_and_can_not_be_read_is_kept_and_accepted() {
    let scene = started().await;
    let thin = json!({
        "id": "evt_1", "object": "v2.core.event", "type": "v1.invoice.paid", "livemode": false,
        "created": "2026-11-20T12:00:00.000Z",
        "related_object": {"id": "in_1", "type": "invoice", "url": "/v1/invoices/in_1"},
    });
    for (body, why) in [
        (thin.to_string(), "thin"),
        ("{".to_owned(), "JSON"),
        ("[]".to_owned(), "no event"),
    ] {
        assert_eq!(scene.tell(&body).await, 200, "{body}");
        let kept = scene.kept();
        let kept = kept.last().unwrap();
        assert_eq!(kept["notification"], body);
        assert!(kept["reason"].as_str().unwrap().contains(why), "{kept}");
        assert_eq!(
            (&kept["broadcasterId"], &kept["store"]),
            (&json!("700100200"), &json!("stripe"))
        );
    }
    assert_eq!(scene.kept().len(), 3);
    assert!(scene.queued().is_empty());
}

#[tokio::test]
async fn without_the_queue_an_event_is_to_be_sent_again() {
    let scene = started().await;
    for body in [updated().to_string(), "{".to_owned()] {
        scene.aws.refuse(Refusal::Times("SendMessage", 1));
        assert_eq!(scene.tell(&body).await, 503, "{body}");
        assert_eq!(scene.tell(&body).await, 200, "{body}");
    }
}

#[tokio::test]
async fn what_is_of_the_other_mode_or_of_no_use_is_accepted_and_forgotten() {
    let scene = started().await;
    let (mut live, mut of_no_use) = (updated(), updated());
    live["livemode"] = json!(true);
    of_no_use["type"] = json!("invoice.created");
    for event in [live, of_no_use] {
        assert_eq!(scene.tell(&event.to_string()).await, 200, "{event}");
    }
    assert!(scene.queued().is_empty() && scene.kept().is_empty());
}

#[tokio::test]
async fn what_is_over_512_kib_is_too_large() {
    let scene = started().await;
    let mut event = updated();
    event["padding"] = json!("");
    let room = LARGEST - event.to_string().len();
    for (over, status) in [(1, 413), (0, 200)] {
        event["padding"] = json!("x".repeat(room + over));
        assert_eq!(scene.tell(&event.to_string()).await, status, "{over}");
    }
    assert_eq!(scene.queued().len(), 1);
    assert!(scene.kept().is_empty());
}

#[tokio::test]
async fn the_log_tells_no_key_no_signature_and_no_purchase() {
    let scene = started().await;
    let logs = Logs::collect("trace");
    let body = updated().to_string();
    let right = signature(SECRET, &body);
    let forged = signature("whsec_synthetic_0002", &body);
    scene.deliver(&right, &body).await;
    scene.deliver(&forged, &body).await;
    scene.tell("{").await;
    let text = logs.text();
    for outcome in ["queued", "forged", "unreadable"] {
        assert!(text.contains(outcome), "{outcome}: {text}");
    }
    for secret in [API_KEY, SECRET, SUBSCRIPTION, &right, &forged] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}
