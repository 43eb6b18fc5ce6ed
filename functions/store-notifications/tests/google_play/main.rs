//! Google Play's notifications: pushed by Pub/Sub, which sends again whatever it gets no 2xx for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use in_process_aws::{InProcessAws, event, request};
use serde_json::{Value, json};
use store_notifications::Notifications;

const EVENT: &str = "store-notifications/post-status-update-notification";

/// The key set, and whether it can be had.
#[derive(Clone)]
struct Keys(Arc<Mutex<u16>>);

struct Scene {
    aws: InProcessAws,
    notifications: Notifications,
    keys: Keys,
}

async fn started() -> Scene {
    let keys = Keys(Arc::new(Mutex::new(200)));
    let router = Router::new()
        .route("/keys", get(published))
        .with_state(keys.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let key = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&key);
    let text = BASE64_STANDARD.encode(der.unwrap().as_ref());
    let config = json!({
        "packageNames": ["test.example.tv"], "keysUrl": url,
        "pushAudience": "https://api.example.com/play",
        "pushServiceAccount": "play-push@example-prod.iam.gserviceaccount.com",
        "serviceAccount": {
            "type": "service_account", "client_email": "play@example.iam.gserviceaccount.com",
            "private_key": format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"),
            "token_uri": "https://oauth2.googleapis.com/token",
        },
    });
    aws.put_secret("in-process/700100200/android", &config);
    let notifications = Notifications::from_environment(&aws.aws()).unwrap();
    Scene {
        aws,
        notifications,
        keys,
    }
}

async fn published(State(keys): State<Keys>) -> (axum::http::StatusCode, &'static str) {
    let status = *keys.0.lock().unwrap();
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    (status, include_str!("push_keys.json"))
}

impl Scene {
    async fn post(&self, event: &Value) -> u16 {
        let answer = self.notifications.handle(&request(event)).await;
        answer.status().as_u16()
    }

    /// Posts a developer notification under the event's token, which doesn't cover the body.
    async fn tell(&self, notification: &Value) -> u16 {
        let mut event = event(EVENT);
        let data = BASE64_STANDARD.encode(notification.to_string());
        let envelope = json!({"message": {"data": data, "messageId": "7"}});
        event["body"] = json!(envelope.to_string());
        self.post(&event).await
    }

    fn queued(&self) -> Vec<Value> {
        self.aws.sent("verification")
    }
}

fn about(member: &str, content: &Value) -> Value {
    json!({
        "version": "1.0", "packageName": "test.example.tv",
        "eventTimeMillis": "1796463000123", member: content,
    })
}

#[tokio::test]
async fn a_renewal_is_queued_from_either_address() {
    let scene = started().await;
    assert_eq!(scene.post(&event(EVENT)).await, 200);
    let mut other = event(EVENT);
    other["routeKey"] = json!("POST /{store}/notifications/broadcasters/{broadcasterId}");
    other["requestContext"]["routeKey"] = other["routeKey"].clone();
    other["pathParameters"] = json!({"store": "android", "broadcasterId": "700100200"});
    assert_eq!(scene.post(&other).await, 200);

    let queued = scene.queued();
    assert_eq!(queued.len(), 2);
    for one in queued {
        assert_eq!(one["store"], "android");
        assert_eq!(one["locator"]["key"], "opq-demo-token-0001");
        assert_eq!(one["cause"]["kind"], "SUBSCRIPTION_RENEWED");
        assert_eq!(one["cause"]["id"], "13900000000000001");
    }
}

#[tokio::test]
async fn a_payment_that_was_taken_back_is_named_in_the_queue() {
    let scene = started().await;
    let voided = json!({
        "purchaseToken": "t", "orderId": "GPA.1", "productType": 1, "refundType": 1,
    });
    let told = scene
        .tell(&about("voidedPurchaseNotification", &voided))
        .await;
    assert_eq!(told, 200);
    assert_eq!(scene.queued()[0]["cause"]["voided"]["orderId"], "GPA.1");
}

#[tokio::test]
async fn a_one_time_purchase_is_queued_as_one() {
    let scene = started().await;
    let bought =
        json!({"version": "1.0", "notificationType": 1, "purchaseToken": "t", "sku": "film"});
    let told = scene
        .tell(&about("oneTimeProductNotification", &bought))
        .await;
    assert_eq!(told, 200);
    let details = &scene.queued()[0]["locator"]["details"];
    assert_eq!(details["purchaseType"], "oneTime");
}

#[tokio::test]
async fn what_concerns_no_purchase_of_ours_is_accepted_and_dropped() {
    let scene = started().await;
    let mut foreign = about(
        "subscriptionNotification",
        &json!({
            "version": "1.0", "notificationType": 2, "purchaseToken": "t",
        }),
    );
    foreign["packageName"] = json!("com.somebody.else");
    for notification in [
        about("testNotification", &json!({"version": "1.0"})),
        about("somethingNewNotification", &json!({})),
        foreign,
    ] {
        assert_eq!(scene.tell(&notification).await, 200, "{notification}");
    }
    assert!(scene.queued().is_empty() && scene.aws.sent("dead-letters").is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_accepted() {
    let scene = started().await;
    let mut odd = event(EVENT);
    odd["body"] = json!("{\"message\": {\"data\": \"!\", \"messageId\": \"7\"}}");
    assert_eq!(scene.post(&odd).await, 200);
    assert!(scene.queued().is_empty());
    assert_eq!(scene.aws.sent("dead-letters").len(), 1);
}

#[tokio::test]
async fn a_token_that_proves_nothing_is_refused() {
    let scene = started().await;
    let token = event(EVENT)["headers"]["authorization"]
        .as_str()
        .unwrap()
        .to_owned();
    let changed = token.replace(".ey", ".eX");
    for wrong in ["", "Bearer", "Bearer x.y.z", changed.as_str()] {
        let mut forged = event(EVENT);
        forged["headers"]["authorization"] = json!(wrong);
        assert_eq!(scene.post(&forged).await, 401, "{wrong}");
    }
    let mut unknown = event(EVENT);
    unknown["pathParameters"]["publisherId"] = json!("700100999");
    assert_eq!(scene.post(&unknown).await, 401);
    assert!(scene.queued().is_empty());
}

#[tokio::test]
async fn without_the_key_set_it_is_to_be_sent_again() {
    let scene = started().await;
    *scene.keys.0.lock().unwrap() = 503;
    assert_eq!(scene.post(&event(EVENT)).await, 503);
    assert!(scene.queued().is_empty());
}
