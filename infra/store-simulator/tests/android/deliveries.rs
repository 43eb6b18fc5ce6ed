//! Delivery of pushes: acknowledged by five statuses only, redelivered otherwise, and with faults.

use std::collections::BTreeSet;

use serde_json::json;
use store_simulator::{Chance, DeliveryFaults, Faults, Outcome, android::CustomPush};

use crate::scene::Scene;

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

async fn ten_tests(scene: &Scene) -> Vec<String> {
    let mut sent = Vec::new();
    for _ in 0..10 {
        let push = scene.store.notify(&CustomPush::test()).await.unwrap();
        sent.push(push.message_id);
    }
    sent
}

fn received_order(scene: &Scene) -> Vec<String> {
    let received = scene.receiver.received();
    received.iter().map(|one| one.message_id()).collect()
}

#[tokio::test]
async fn five_statuses_acknowledge() {
    for status in [200, 201, 202, 204] {
        let scene = Scene::set().await;
        scene.receiver.answer_with(&[status]);
        scene.store.notify(&CustomPush::test()).await.unwrap();
        assert_eq!(scene.settle().await.delivered, 1);
        assert_eq!(scene.receiver.received().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn everything_else_comes_again_under_the_same_message_id() {
    let scene = Scene::set().await;
    let nacks = [203, 302, 400, 503];
    scene.receiver.answer_with(&nacks);
    let sent = scene.store.notify(&CustomPush::test()).await.unwrap();
    assert_eq!(scene.settle().await.delivered, 1);
    let received = scene.receiver.received();
    assert_eq!(received.len(), 5);
    assert!(received.iter().all(|one| one.body == received[0].body));
    assert_eq!(received[0].message_id(), sent.message_id);
    let record = &scene.store.calls().await.unwrap().deliveries[0];
    assert_eq!(record.outcome, Outcome::Delivered);
    let statuses: Vec<_> = record
        .attempts
        .iter()
        .filter_map(|one| one.status)
        .collect();
    assert_eq!(statuses, [203, 302, 400, 503, 200]);
}

#[tokio::test]
async fn after_enough_attempts_it_gives_up() {
    let scene = Scene::set().await;
    let fewer = json!({"deliveryAttempts": 2});
    scene.store.reconfigure(&fewer).await.unwrap();
    scene.receiver.answer_with(&[400, 400]);
    scene.store.notify(&CustomPush::test()).await.unwrap();
    assert_eq!(scene.settle().await.failed, 1);
}

#[tokio::test]
async fn without_an_address_nothing_is_sent() {
    let scene = Scene::set().await;
    let nowhere = json!({"notificationUrl": null});
    scene.store.reconfigure(&nowhere).await.unwrap();
    scene.store.notify(&CustomPush::test()).await.unwrap();
    assert_eq!(scene.settle().await.unaddressed, 1);
}

#[tokio::test]
async fn the_host_can_be_another_one() {
    let scene = Scene::set().await;
    let host = json!({"notificationHost": "abc123.execute-api.localhost"});
    scene.store.reconfigure(&host).await.unwrap();
    let received = scene.pushed(&CustomPush::test()).await;
    assert_eq!(received.header("host"), "abc123.execute-api.localhost");
}

#[tokio::test]
async fn without_faults_pushes_of_a_chain_arrive_in_order() {
    let scene = Scene::set().await;
    let sent = ten_tests(&scene).await;
    assert_eq!(scene.settle().await.delivered, 10);
    assert_eq!(received_order(&scene), sent);
}

#[tokio::test]
async fn duplicates_have_one_message_id() {
    let scene = with(DeliveryFaults {
        duplicate: 1,
        ..DeliveryFaults::default()
    })
    .await;
    let sent = scene.store.notify(&CustomPush::test()).await.unwrap();
    assert_eq!(scene.settle().await.delivered, 2);
    assert_eq!(
        received_order(&scene),
        [sent.message_id.clone(), sent.message_id]
    );
}

#[tokio::test]
async fn reordering_loses_nothing() {
    let scene = with(DeliveryFaults {
        reorder: true,
        window_millis: Some(60_000),
        ..DeliveryFaults::default()
    })
    .await;
    let sent = ten_tests(&scene).await;
    scene.settle().await;
    let received = received_order(&scene);
    assert_ne!(received, sent);
    let sorted = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(sorted(&received), sorted(&sent));
}

#[tokio::test]
async fn a_dropped_push_never_arrives_and_a_corrupted_one_differs() {
    let scene = with(DeliveryFaults {
        drop: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
    .await;
    scene.store.notify(&CustomPush::test()).await.unwrap();
    assert_eq!(scene.settle().await.dropped, 1);
    assert!(scene.receiver.received().is_empty());

    let scene = with(DeliveryFaults {
        corrupt: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
    .await;
    let plain = CustomPush {
        body: Some("plain".to_owned()),
        ..CustomPush::default()
    };
    assert_ne!(scene.pushed(&plain).await.body, "plain");
}
