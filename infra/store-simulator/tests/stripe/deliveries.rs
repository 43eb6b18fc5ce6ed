//! Delivery of events: signed again for each attempt, retried after anything but a 2xx, and with
//! faults.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use store_simulator::{
    Chance, DeliveryFaults, Faults, Outcome,
    stripe::{
        CustomEvent,
        model::{Action, Options},
    },
};

use crate::scene::{SECRET, Scene, UPDATED};

async fn with(delivery: DeliveryFaults) -> Scene {
    let scene = Scene::set().await;
    let faults = Faults {
        seed: 7,
        delivery,
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    scene
}

fn received(scene: &Scene) -> Vec<Value> {
    let received = scene.receiver.received();
    received.iter().map(|one| one.json()).collect()
}

async fn ten(scene: &Scene) -> Vec<String> {
    let mut sent = Vec::new();
    for _ in 0..10 {
        let event = CustomEvent::with_object("invoice.paid", json!({"id": "in_1"}));
        sent.push(scene.store.notify(&event).await.unwrap().event_id);
    }
    sent
}

#[tokio::test]
async fn an_event_is_signed_now_and_in_its_envelope() {
    let (scene, bought) = Scene::bought().await;
    scene.settle().await;
    let received = scene.receiver.received();
    let now = Timestamp::now().as_second();
    for one in &received {
        assert!(one.is_signed_by(SECRET));
        assert!(!one.is_signed_by("whsec_other"));
        assert!((now - one.signed_at()).abs() < 60);
        assert!(one.scheme("v0").is_empty());
        assert_eq!(
            one.header("content-type"),
            "application/json; charset=utf-8"
        );
    }
    let created = received[0].json();
    assert_eq!(created["type"], "customer.subscription.created");
    assert_eq!(created["object"], "event");
    assert_eq!(created["pending_webhooks"], 2);
    assert_eq!(created["data"]["object"]["id"], bought.id.as_str());
    assert!(created["data"].get("previous_attributes").is_none());
}

#[tokio::test]
async fn two_secrets_sign_while_they_are_rolled() {
    let secrets = json!({"signingSecrets": ["whsec_new", "whsec_old"]});
    let scene = Scene::with(secrets).await;
    scene.buy().await;
    scene.settle().await;
    let received = &scene.receiver.received()[0];
    assert!(received.is_signed_by("whsec_new") && received.is_signed_by("whsec_old"));
    assert_eq!(received.scheme("v1").len(), 2);
}

#[tokio::test]
async fn anything_but_a_2xx_is_tried_again_with_the_same_body() {
    let scene = Scene::set().await;
    scene.receiver.answer_with(&[301, 400, 404, 503]);
    let event = CustomEvent::with_object("invoice.paid", json!({"id": "in_1"}));
    scene.store.notify(&event).await.unwrap();
    assert_eq!(scene.settle().await.delivered, 1);
    let received = scene.receiver.received();
    assert_eq!(received.len(), 5);
    for one in &received {
        assert_eq!(one.body, received[0].body);
        assert!(one.is_signed_by(SECRET));
    }
    let record = &scene.store.calls().await.unwrap().deliveries[0];
    assert_eq!(record.outcome, Outcome::Delivered);
    let statuses = record.attempts.iter().filter_map(|one| one.status);
    assert_eq!(statuses.collect::<Vec<_>>(), [301, 400, 404, 503, 200]);
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let scene = Scene::with(json!({"firstBackoffMillis": 1_100})).await;
    scene.receiver.answer_with(&[500]);
    let event = CustomEvent::with_object("invoice.paid", json!({"id": "in_1"}));
    scene.store.notify(&event).await.unwrap();
    scene.settle().await;
    let received = scene.receiver.received();
    assert!(received[1].signed_at() > received[0].signed_at());
}

#[tokio::test]
async fn duplicates_have_one_id_and_fewer_pending_deliveries() {
    let scene = with(DeliveryFaults {
        duplicate: 1,
        ..DeliveryFaults::default()
    })
    .await;
    let bought = scene.buy().await;
    scene.settle().await;
    let events = received(&scene);
    assert_eq!(events[0]["id"], events[1]["id"]);
    assert_eq!(events[0]["pending_webhooks"], 2);
    assert_eq!(events[1]["pending_webhooks"], 1);
    assert_eq!(events[0]["data"], events[1]["data"]);
    let all = scene.receiver.received();
    assert!(all.iter().all(|one| one.is_signed_by(SECRET)));
    assert_eq!(events[0]["data"]["object"]["id"], bought.id.as_str());
}

#[tokio::test]
async fn two_distinct_events_can_tell_of_one_change_in_any_order() {
    let (scene, bought) = Scene::bought().await;
    scene.settle().await;
    let before = scene.receiver.received().len();
    let twice = Options {
        twice: true,
        ..Options::default()
    };
    scene.does_with(&bought.id, Action::Cancel, &twice).await;
    scene.settle().await;
    let events = received(&scene).split_off(before);
    assert_eq!(events.len(), 2);
    assert_ne!(events[0]["id"], events[1]["id"]);
    assert_eq!(events[0]["data"], events[1]["data"]);

    scene.does(&bought.id, Action::Reactivate).await;
    let backwards = Options {
        reverse_order: true,
        ..Options::default()
    };
    let renewed = scene.does_with(&bought.id, Action::Renew, &backwards).await;
    assert_eq!(renewed.events.last().unwrap().kind, UPDATED);
}

#[tokio::test]
async fn reordering_loses_nothing() {
    let scene = with(DeliveryFaults {
        reorder: true,
        window_millis: Some(60_000),
        ..DeliveryFaults::default()
    })
    .await;
    let sent = ten(&scene).await;
    scene.settle().await;
    let text = |event: &Value| event["id"].as_str().unwrap().to_owned();
    let received: Vec<String> = received(&scene).iter().map(text).collect();
    assert_ne!(received, sent);
    let sorted = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(sorted(&received), sorted(&sent));
}

#[tokio::test]
async fn a_corrupted_event_has_no_right_signature() {
    let scene = with(DeliveryFaults {
        corrupt: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
    .await;
    scene.buy().await;
    scene.settle().await;
    let received = scene.receiver.received();
    assert!(!received.is_empty());
    assert!(received.iter().all(|one| !one.is_signed_by(SECRET)));
}

#[tokio::test]
async fn the_host_can_be_another_one() {
    let host = json!({"notificationHost": "abc123.execute-api.localhost"});
    let scene = Scene::with(host).await;
    let event = CustomEvent::with_object("invoice.paid", json!({"id": "in_1"}));
    let received = scene.pushed(&event).await;
    assert_eq!(received.header("host"), "abc123.execute-api.localhost");
}

#[tokio::test]
async fn without_an_address_nothing_is_sent_and_nothing_has_arrived() {
    let scene = Scene::with(json!({"notificationUrl": null})).await;
    scene.buy().await;
    assert_eq!(scene.settle().await.unaddressed, 3);
    let list = scene.get("/events?delivery_success=false").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 3);
}
