//! What did not come from Apple, or is not about this app.

use jiff::{SignedDuration, Timestamp};
use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::apple::MONTHLY;
use serde_json::json;
use store_simulator::apple::model::{Action, Environment};
use store_simulator::apple::{CustomNotification, Forgery};

use super::Scene;

/// What is tried inside of a payload that Apple signed.
const INNER: [Forgery; 5] = [
    Forgery::AlgNone,
    Forgery::OwnRoot,
    Forgery::OwnChainTrueRoot,
    Forgery::ExpiredLeaf,
    Forgery::TamperedPayload,
];

/// An end of the subscription, if it were believed.
fn end_of(id: &str) -> CustomNotification {
    let at = Timestamp::now().as_millisecond();
    CustomNotification::of("REFUND", id)
        .with_data("status", json!(5))
        .with_transaction("revocationDate", json!(at))
        .with_transaction("revocationType", json!("REFUND_FULL"))
}

/// A body that is not Apple's.
fn unlike(body: &str) -> CustomNotification {
    CustomNotification::body(body).sent_to(Environment::Sandbox)
}

/// Each forgery, and the status with which it must be refused.
fn forgeries(id: &str) -> Vec<(String, CustomNotification, u16)> {
    let long_ago = Timestamp::now() - SignedDuration::from_hours(11 * 24);
    let mut all = Vec::new();
    let mut add = |what: String, custom, status| all.push((what, custom, status));
    for forgery in Forgery::REFUSED {
        add(format!("{forgery:?}"), end_of(id).forged(forgery), 401);
    }
    for forgery in INNER {
        let inner = end_of(id).inner_forged(forgery);
        add(format!("inner {forgery:?}"), inner, 401);
    }
    let other = || json!("com.example.another");
    for (what, custom, status) in [
        ("signed long ago", end_of(id).signed_at(long_ago), 401),
        ("no JSON", unlike("REFUND"), 401),
        ("no payload", unlike("{}"), 401),
        ("no signature", unlike(r#"{"signedPayload":"REFUND"}"#), 401),
        (
            "another app",
            end_of(id).with_data("bundleId", other()),
            401,
        ),
        (
            "a transaction of another app",
            end_of(id).with_transaction("bundleId", other()),
            401,
        ),
        (
            "production",
            end_of(id).with_data("environment", json!("Production")),
            401,
        ),
        (
            "a transaction of Xcode",
            end_of(id).with_transaction("environment", json!("Xcode")),
            401,
        ),
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

    assert_eq!(deliveries.len(), Forgery::REFUSED.len() + INNER.len() + 8);
    for (what, uuid, status) in expected {
        let mut mine = deliveries.iter();
        let mine = mine.find(|one| one.notification_id == uuid).unwrap();
        assert_eq!(mine.attempts[0].status, Some(status), "{what}");
    }
    assert_eq!(scene.times_asked(&id).await, asked);
    assert_eq!(scene.subscription("ada").await, before);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    // What Apple signed of two purchases is taken, and kept for a person.
    let other = scene.bought(MONTHLY).await;
    let mixed = end_of(&id).with_renewal("originalTransactionId", json!(other));
    scene.store().notify(&mixed).await.unwrap();
    let sent = scene.delivered().await;
    assert_eq!(sent.last().unwrap().attempts[0].status, Some(200));
    assert_eq!(scene.times_asked(&id).await, asked);

    // What Apple signs of one is believed.
    scene.happens(&id, Action::Cancel).await;
    scene.told(&id, &["new", "cancel"]).await;
}
