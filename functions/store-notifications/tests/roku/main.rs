//! Roku's push notifications, which come again unless the answer is exactly 200.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod signer;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use in_process_aws::{InProcessAws, Logs, event, request};
use serde_json::{Value, json};
use signer::Signer;
use store_notifications::Notifications;

const EVENT: &str = "store-notifications/post-push-notification";
const API_KEY: &str = "1f2e3d4c-0000-4aaa-9bbb-5c6d7e8f9a0b";
const ORIGINAL: &str = "a41e7d2290c811f0b3a20a58a9feac01";
const LATER: &str = "c77e0a1190d911f0b3a20a58a9feac02";

/// The key set, and the status with which it is answered.
#[derive(Clone)]
struct Keys(Arc<Mutex<(u16, Value)>>);

struct Scene {
    aws: InProcessAws,
    notifications: Notifications,
    keys: Keys,
    signer: Signer,
}

async fn started() -> Scene {
    let signer = Signer::new();
    let mut set: Value = serde_json::from_str(include_str!("push_keys.json")).unwrap();
    set["keys"].as_array_mut().unwrap().push(signer.public());
    let keys = Keys(Arc::new(Mutex::new((200, set))));
    let router = Router::new()
        .route("/keys", get(published))
        .with_state(keys.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let config = json!({"apiKeys": [API_KEY], "channelIds": ["712345"], "keysUrl": url});
    aws.put_secret("in-process/700100200/roku", &config);
    let notifications = Notifications::from_environment(&aws.aws()).unwrap();
    Scene {
        aws,
        notifications,
        keys,
        signer,
    }
}

async fn published(State(keys): State<Keys>) -> (StatusCode, String) {
    let (status, set) = &*keys.0.lock().unwrap();
    (StatusCode::from_u16(*status).unwrap(), set.to_string())
}

fn with_body(body: &str) -> Value {
    let mut event = event(EVENT);
    event["body"] = json!(body);
    event
}

impl Scene {
    /// The status, the content type and the body of the answer.
    async fn post(&self, event: &Value) -> (u16, String, String) {
        let answer = self.notifications.handle(&request(event)).await;
        let kind = answer.headers().get("content-type");
        let kind = kind.map(|kind| kind.to_str().unwrap().to_owned());
        let body = String::from_utf8(answer.body().to_vec()).unwrap();
        (answer.status().as_u16(), kind.unwrap_or_default(), body)
    }

    async fn status(&self, event: &Value) -> u16 {
        self.post(event).await.0
    }

    /// Posts this message, signed.
    async fn tell(&self, kind: &str, message: &str) -> (u16, String) {
        let signed = self.signer.sign(kind, message);
        let (status, _, body) = self.post(&with_body(&signed)).await;
        (status, body)
    }

    fn queued(&self) -> Vec<Value> {
        self.aws.sent("verification")
    }

    fn kept(&self) -> Vec<Value> {
        self.aws.sent("dead-letters")
    }
}

#[tokio::test]
async fn a_renewal_is_queued_from_either_address_and_answered_with_its_response_key() {
    let scene = started().await;
    let mut ours = event(EVENT);
    ours["routeKey"] = json!("POST /{store}/notifications/broadcasters/{broadcasterId}");
    ours["requestContext"]["routeKey"] = ours["routeKey"].clone();
    ours["pathParameters"] = json!({"store": "roku", "broadcasterId": "700100200"});
    let mut encoded = event(EVENT);
    let body = BASE64_STANDARD.encode(encoded["body"].as_str().unwrap());
    (encoded["body"], encoded["isBase64Encoded"]) = (json!(body), json!(true));
    let posts = [event(EVENT), ours, encoded];
    for post in &posts {
        let (status, kind, body) = scene.post(post).await;
        assert_eq!((status, body.as_str()), (200, LATER));
        assert!(kind.starts_with("text/plain"), "{kind}");
    }

    let queued = scene.queued();
    assert_eq!(queued.len(), posts.len());
    for one in queued {
        assert_eq!(one["store"], "roku");
        assert_eq!(one["locator"]["key"], ORIGINAL);
        assert_eq!(one["locator"]["details"]["toldTransactionId"], LATER);
        assert_eq!(one["cause"]["kind"], "Sale");
        assert_eq!(one["cause"]["id"], "0b9d3c52-7f61-4c0e-9a47-2d1e8f60a7b3");
    }
}

#[tokio::test]
async fn what_concerns_no_purchase_of_ours_is_accepted_and_dropped() {
    let scene = started().await;
    let about = |kind: &str, channel: &str| {
        let message = json!({
            "transactionType": kind, "transactionId": LATER, "channelId": channel,
            "responseKey": LATER,
        });
        message.to_string()
    };
    for (kind, message, answer) in [
        ("roku.rpay.push", "hello".to_owned(), ""),
        ("roku.rpay.push", about("Sale", "799999"), LATER),
        ("roku.rpay.push", about("Credit", "712345"), LATER),
        ("roku.invalidate_public_keys", String::new(), ""),
        ("roku.other", String::new(), ""),
    ] {
        let answered = scene.tell(kind, &message).await;
        assert_eq!(answered, (200, answer.to_owned()), "{kind} {message}");
    }
    assert!(scene.queued().is_empty() && scene.kept().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_accepted() {
    let scene = started().await;
    let broken = scene
        .tell("roku.rpay.push", "{\"transactionType\": \"Sa")
        .await;
    assert_eq!(broken.0, 200);
    assert!(scene.queued().is_empty());
    assert_eq!(scene.kept().len(), 1);
}

#[tokio::test]
async fn what_is_not_signed_by_roku_is_refused() {
    let scene = started().await;
    let signed = event(EVENT)["body"].as_str().unwrap().to_owned();
    let parts: Vec<_> = signed.split('.').collect();
    let somebody_s = Signer::new().sign("roku.rpay.push", "{}");
    let unsigned = json!({
        "transactionType": "Sale", "transactionId": ORIGINAL, "originalTransactionId": ORIGINAL,
        "channelId": "712345", "responseKey": ORIGINAL,
    });
    for body in [
        "",
        "hello",
        &unsigned.to_string(),
        &format!("{}.{}", parts[0], parts[1]),
        &format!("{}.{}.", parts[0], parts[1]),
        &format!("{}.e30.{}", parts[0], parts[2]),
        &format!("{signed}.x"),
        &somebody_s,
    ] {
        let (status, _, answer) = scene.post(&with_body(body)).await;
        assert_eq!(status, 401, "{body}");
        assert!(!answer.contains(LATER), "{answer}");
    }
    let mut unknown = event(EVENT);
    unknown["pathParameters"]["publisherId"] = json!("700100999");
    assert_eq!(scene.status(&unknown).await, 401);
    assert!(scene.queued().is_empty() && scene.kept().is_empty());
}

#[tokio::test]
async fn without_the_key_set_it_is_to_be_sent_again() {
    let scene = started().await;
    scene.keys.0.lock().unwrap().0 = 503;
    assert_eq!(scene.status(&event(EVENT)).await, 503);
    assert!(scene.queued().is_empty());
}

#[tokio::test]
async fn the_log_tells_no_key_and_no_transaction() {
    let scene = started().await;
    let logs = Logs::collect("trace");
    let signed = event(EVENT)["body"].as_str().unwrap().to_owned();
    scene.status(&event(EVENT)).await;
    scene.status(&with_body(&format!("{signed}x"))).await;
    let text = logs.text();
    assert!(text.contains("queued") && text.contains("forged"), "{text}");
    for secret in [API_KEY, ORIGINAL, LATER, &signed] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}
