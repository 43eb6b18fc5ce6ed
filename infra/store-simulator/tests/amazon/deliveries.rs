//! Delivery of messages: retries and faults.

use serde_json::json;
use store_simulator::{
    Chance, DeliveryFaults, Faults, Outcome,
    amazon::{CustomMessage, model::Action},
};

use crate::{envelopes::renewed, receiver::Received, scene::Scene};

async fn with(delivery: DeliveryFaults) -> (Scene, CustomMessage) {
    let (scene, receipt) = Scene::bought().await;
    let faults = Faults {
        seed: 7,
        delivery,
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    (scene, renewed(&receipt))
}

fn ids(scene: &Scene) -> Vec<String> {
    let id = |one: &Received| one.header("x-amz-sns-message-id").to_owned();
    scene.receiver.received().iter().map(id).collect()
}

#[tokio::test]
async fn failures_of_the_server_are_tried_again_under_the_same_id() {
    let (scene, receipt) = Scene::bought().await;
    scene.receiver.answer_with(&[500, 429, 503]);
    let sent = scene.does(&receipt, Action::Renew).await.messages;
    assert_eq!(scene.settle().await.delivered, 1);
    let received = scene.receiver.received();
    assert_eq!(received.len(), 4);
    assert!(received.iter().all(|one| one.body == received[0].body));
    assert_eq!(received[0].json()["MessageId"], sent[0].message_id);
    let record = &scene.store.calls().await.unwrap().deliveries[0];
    assert_eq!(record.outcome, Outcome::Delivered);
    assert_eq!(record.notification_id, sent[0].message_id);
    assert_eq!(record.event_type, "SUBSCRIPTION_RENEWED");
    assert_eq!(record.subscription_id.as_ref(), Some(&receipt.chain));
}

#[tokio::test]
async fn other_refusals_are_final() {
    for status in [302, 400, 401, 404, 410] {
        let (scene, receipt) = Scene::bought().await;
        scene.receiver.answer_with(&[status]);
        scene.does(&receipt, Action::Renew).await;
        assert_eq!(scene.settle().await.refused, 1, "{status}");
        assert_eq!(scene.receiver.received().len(), 1);
    }
}

#[tokio::test]
async fn after_three_retries_it_gives_up() {
    let (scene, receipt) = Scene::bought().await;
    scene.receiver.answer_with(&[500; 4]);
    scene.does(&receipt, Action::Renew).await;
    assert_eq!(scene.settle().await.failed, 1);
    assert_eq!(scene.receiver.received().len(), 4);
}

#[tokio::test]
async fn the_host_can_be_another_one_and_the_address_missing() {
    let (scene, receipt) = Scene::bought().await;
    let host = json!({"notificationHost": "abc123.execute-api.localhost"});
    scene.store.reconfigure(&host).await.unwrap();
    let received = scene.sent(&renewed(&receipt)).await;
    assert_eq!(received.header("host"), "abc123.execute-api.localhost");
    let nowhere = json!({"notificationUrl": null});
    scene.store.reconfigure(&nowhere).await.unwrap();
    scene.does(&receipt, Action::Renew).await;
    assert_eq!(scene.settle().await.unaddressed, 1);
}

#[tokio::test]
async fn messages_of_a_chain_arrive_in_order() {
    let (scene, receipt) = Scene::bought().await;
    let mut sent = Vec::new();
    for _ in 0..10 {
        let outcome = scene.does(&receipt, Action::Renew).await;
        sent.extend(outcome.messages.into_iter().map(|one| one.message_id));
    }
    assert_eq!(scene.settle().await.delivered, 10);
    assert_eq!(ids(&scene), sent);
}

#[tokio::test]
async fn duplicates_have_one_message_id() {
    let faults = DeliveryFaults {
        duplicate: 1,
        ..DeliveryFaults::default()
    };
    let (scene, message) = with(faults).await;
    let sent = scene.store.notify(&message).await.unwrap();
    assert_eq!(scene.settle().await.delivered, 2);
    assert_eq!(ids(&scene), [sent.message_id.clone(), sent.message_id]);
}

#[tokio::test]
async fn a_dropped_message_never_arrives_and_a_corrupted_one_is_not_signed() {
    let (scene, message) = with(DeliveryFaults {
        drop: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
    .await;
    scene.store.notify(&message).await.unwrap();
    assert_eq!(scene.settle().await.dropped, 1);
    assert!(scene.receiver.received().is_empty());

    let (scene, message) = with(DeliveryFaults {
        corrupt: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
    .await;
    let plain = CustomMessage {
        body: Some("plain".to_owned()),
        ..message
    };
    assert_ne!(scene.sent(&plain).await.body, "plain");
}
