//! Events that no action causes, genuine and forged.

use jiff::Timestamp;
use serde_json::{Value, json};
use store_simulator::stripe::{CustomEvent, SignWith};

use crate::scene::{SECRET, Scene};

fn paid() -> CustomEvent {
    CustomEvent::with_object("invoice.paid", json!({"id": "in_1", "object": "invoice"}))
}

#[tokio::test]
async fn any_type_can_be_sent_about_any_object() {
    let (scene, bought) = Scene::bought().await;
    let custom = CustomEvent::of("customer.subscription.unheard_of", &bought.id)
        .with_event_id("evt_mine")
        .with_api_version("2025-03-31.basil")
        .in_livemode(false);
    let received = scene.pushed(&custom).await;
    assert!(received.is_signed_by(SECRET));
    let event = received.json();
    assert_eq!(event["id"], "evt_mine");
    assert_eq!(event["type"], "customer.subscription.unheard_of");
    assert_eq!(event["api_version"], "2025-03-31.basil");
    assert_eq!(event["livemode"], false);
    assert_eq!(event["data"]["object"]["id"], bought.id.as_str());
    let listed = scene.store.events().await.unwrap();
    assert!(listed.iter().all(|event| event["id"] != "evt_mine"));
}

#[tokio::test]
async fn whole_events_and_bodies_can_be_given() {
    let scene = Scene::set().await;
    let event = json!({"id": "evt_1", "object": "event", "type": "ping"});
    assert_eq!(
        scene.pushed(&CustomEvent::raw(event.clone())).await.json(),
        event
    );
    let broken = scene.pushed(&CustomEvent::body("{not json")).await;
    assert_eq!(broken.body, "{not json");
    assert!(broken.is_signed_by(SECRET));
}

#[tokio::test]
async fn a_thin_event_only_names_its_object() {
    let (scene, bought) = Scene::bought().await;
    let custom = CustomEvent::thin("v1.customer.subscription.updated", &bought.id);
    let event = scene.pushed(&custom).await.json();
    assert_eq!(event["object"], "v2.core.event");
    assert!(
        event["created"]
            .as_str()
            .unwrap()
            .parse::<Timestamp>()
            .is_ok()
    );
    assert!(event.get("data").is_none());
    let related = json!({"id": bought.id, "type": "subscription",
        "url": format!("/v1/subscriptions/{}", bought.id)});
    assert_eq!(event["related_object"], related);
}

#[tokio::test]
async fn signatures_of_others_and_of_other_schemes_are_wrong() {
    let scene = Scene::set().await;
    let with = async |sign_with| scene.pushed(&paid().signed_with(sign_with)).await;
    assert!(!with(SignWith::WrongSecret).await.is_signed_by(SECRET));
    let other = with(SignWith::ThisSecret("whsec_theirs".into())).await;
    assert!(other.is_signed_by("whsec_theirs") && !other.is_signed_by(SECRET));
    let old = with(SignWith::V0Only).await;
    assert!(old.scheme("v1").is_empty());
    assert_eq!(old.scheme("v0").len(), 1);
    let timeless = with(SignWith::NoTimestamp).await;
    assert!(timeless.scheme("t").is_empty() && !timeless.scheme("v1").is_empty());
    let bare = with(SignWith::NoHeader).await;
    assert!(bare.headers.get("stripe-signature").is_none());
    let upper = with(SignWith::UpperCase).await;
    let digits = &upper.scheme("v1")[0];
    assert_eq!(*digits, digits.to_uppercase());
}

#[tokio::test]
async fn signatures_can_be_old_or_ahead_and_still_right() {
    let scene = Scene::set().await;
    for ago in [301, -301, 299] {
        let received = scene.pushed(&paid().signed_seconds_ago(ago)).await;
        let age = Timestamp::now().as_second() - received.signed_at();
        assert!((age - ago).abs() < 30, "{ago}");
        assert!(received.is_signed_by(SECRET));
    }
}

#[tokio::test]
async fn a_body_can_be_changed_after_it_was_signed() {
    let scene = Scene::set().await;
    let received = scene.pushed(&paid().tampered()).await;
    assert!(received.body.ends_with(b"\n"));
    assert!(!received.is_signed_by(SECRET));
    assert_eq!(received.json()["type"], "invoice.paid");
}

#[tokio::test]
async fn a_whole_header_can_be_given() {
    let scene = Scene::set().await;
    let received = scene.pushed(&paid().with_signature("t=soon,v1=zz")).await;
    assert_eq!(received.header("stripe-signature"), "t=soon,v1=zz");
}

#[tokio::test]
async fn what_was_before_can_be_given() {
    let scene = Scene::set().await;
    let custom = CustomEvent {
        previous_attributes: Some(json!({"status": "draft"})),
        pending_webhooks: Some(9),
        created: Some(1_793_527_200),
        ..paid()
    };
    let event: Value = scene.pushed(&custom).await.json();
    assert_eq!(event["data"]["previous_attributes"]["status"], "draft");
    assert_eq!(event["pending_webhooks"], 9);
    assert_eq!(event["created"], 1_793_527_200);
}
