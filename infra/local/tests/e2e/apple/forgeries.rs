//! What did not come from Apple, or is not about this app.

use jiff::{SignedDuration, Timestamp};
use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::apple::MONTHLY;
use serde_json::json;
use store_simulator::apple::model::Action;
use store_simulator::apple::{CustomNotification, Forgery};

use super::Scene;

/// An end of the subscription, if it were believed.
fn end_of(id: &str) -> CustomNotification {
    let at = Timestamp::now().as_millisecond();
    CustomNotification::of("REFUND", id)
        .with_data("status", json!(5))
        .with_transaction("revocationDate", json!(at))
        .with_transaction("revocationType", json!("REFUND_FULL"))
}

/// Each forgery, and the status with which it must be refused.
fn forgeries(id: &str) -> Vec<(String, CustomNotification, u16)> {
    let long_ago = Timestamp::now() - SignedDuration::from_hours(11 * 24);
    let mut all = Vec::new();
    let mut add = |what: String, custom, status| all.push((what, custom, status));
    for forgery in Forgery::REFUSED {
        add(format!("{forgery:?}"), end_of(id).forged(forgery), 401);
        let inner = end_of(id).inner_forged(forgery);
        add(format!("inner {forgery:?}"), inner, 401);
    }
    let other = || json!("com.example.another");
    for (what, custom, status) in [
        ("signed long ago", end_of(id).signed_at(long_ago), 401),
        ("no JSON", CustomNotification::body("REFUND"), 401),
        ("no payload", CustomNotification::body("{}"), 401),
        (
            "no signature",
            CustomNotification::body(r#"{"signedPayload":"REFUND"}"#),
            401,
        ),
        (
            "another app",
            end_of(id).with_data("bundleId", other()),
            403,
        ),
        (
            "a transaction of another app",
            end_of(id).with_transaction("bundleId", other()),
            403,
        ),
        (
            "production",
            end_of(id).with_data("environment", json!("Production")),
            403,
        ),
        (
            "a transaction of Xcode",
            end_of(id).with_transaction("environment", json!("Xcode")),
            403,
        ),
        ("no app", end_of(id).with_data("bundleId", json!(null)), 403),
    ] {
        add(what.to_owned(), custom, status);
    }
    all
}

#[tokio::test]
async fn each_forgery_is_refused_and_changes_nothing() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    scene.told(&id, &["new"]).await;
    let (asked, before) = (
        scene.times_asked(&id).await,
        scene.subscription("ada").await,
    );
    let forgeries = forgeries(&id);
    let mut expected = Vec::new();
    for (what, custom, status) in forgeries {
        let sent = scene.store().notify(&custom).await.unwrap();
        expected.push((what, sent.notification_uuid, status));
    }

    let deliveries = scene.delivered().await;

    assert_eq!(deliveries.len(), 2 * Forgery::REFUSED.len() + 9);
    for (what, uuid, status) in expected {
        let mut mine = deliveries.iter();
        let mine = mine.find(|one| one.notification_id == uuid).unwrap();
        assert_eq!(mine.attempts[0].status, Some(status), "{what}");
    }
    assert_eq!(scene.times_asked(&id).await, asked);
    assert_eq!(scene.subscription("ada").await, before);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    // What Apple signs is taken meanwhile.
    scene.happens(&id, Action::Cancel).await;
    scene.told(&id, &["new", "cancel"]).await;
}

#[tokio::test]
async fn parts_of_two_purchases_are_kept_for_a_person() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let other = scene.bought(MONTHLY).await;
    let asked = scene.times_asked(&id).await;

    let mixed = end_of(&id).with_renewal("originalTransactionId", json!(other));
    scene.store().notify(&mixed).await.unwrap();

    let sent = scene.delivered().await;
    assert_eq!(sent[0].attempts[0].status, Some(200));
    assert_eq!(scene.times_asked(&id).await, asked);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn an_address_without_a_configured_store_tells_nothing() {
    let scene = Scene::new().await;
    let unsold = crate::story::broadcaster().await;
    let mut answers = Vec::new();
    for id in [scene.broadcaster.id.as_str(), &unsold.id, "1"] {
        let path = format!("/apple/notifications/broadcasters/{id}");
        let request = unsold.api.request(reqwest::Method::POST, &path).body("{}");
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let mut body: serde_json::Value = answer.json().await.unwrap();
        body["correlationId"] = json!(null);
        answers.push((status, body));
    }
    assert_eq!(answers[0].0, 401);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}
