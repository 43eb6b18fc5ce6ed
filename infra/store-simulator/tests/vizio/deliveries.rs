//! Delivery of notifications: in order, retried, and with faults.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use store_simulator::{
    Chance, DeliveryCounts, DeliveryFaults, Faults, Outcome, vizio::NewSubscription,
};

use crate::{SUBSCRIPTION, Scene};

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

/// Makes eight renewals, which send ten notifications in all.
async fn a_busy_year(scene: &Scene) {
    let wanted = NewSubscription::of_plan("demo_monthly_899").with_id(SUBSCRIPTION);
    scene.store.buy(&wanted).await.unwrap();
    for _ in 0..8 {
        scene.store.renew(SUBSCRIPTION).await.unwrap();
    }
}

async fn sent_order(scene: &Scene) -> Vec<String> {
    let calls = scene.store.calls().await.unwrap();
    let ids = calls.notifications.into_iter();
    ids.map(|record| record.notification_id).collect()
}

fn received_order(scene: &Scene) -> Vec<String> {
    let received = scene.receiver.received().into_iter();
    let ids = received.map(|one| one.json()["notificationId"].as_str().unwrap().to_owned());
    ids.collect()
}

#[tokio::test]
async fn without_faults_they_arrive_once_and_in_order() {
    let scene = Scene::set().await;
    a_busy_year(&scene).await;
    let counts = scene.settle().await;
    let expected = DeliveryCounts {
        delivered: 10,
        ..DeliveryCounts::default()
    };
    assert_eq!(counts, expected);
    assert_eq!(received_order(&scene), sent_order(&scene).await);
}

#[tokio::test]
async fn a_server_error_is_retried_with_the_same_body() {
    let scene = Scene::set().await;
    scene.receiver.answer_with(&[503, 500]);
    let wanted = NewSubscription::of_plan("demo_trial_899");
    scene.store.buy(&wanted).await.unwrap();
    scene.settle().await;
    let received = scene.receiver.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|one| one.body == received[0].body));
    let record = &scene.store.calls().await.unwrap().notifications[0];
    assert_eq!(record.outcome, Outcome::Delivered);
    let statuses: Vec<_> = record.attempts.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [Some(503), Some(500), Some(200)]);
}

#[tokio::test]
async fn a_refusal_is_final() {
    let scene = Scene::set().await;
    scene.receiver.answer_with(&[401]);
    let wanted = NewSubscription::of_plan("demo_trial_899");
    scene.store.buy(&wanted).await.unwrap();
    assert_eq!(scene.settle().await.refused, 1);
    assert_eq!(scene.receiver.received().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_gone_fails_after_a_few_attempts() {
    let scene = Scene::set().await;
    let changes = serde_json::json!({
        "notificationUrl": "http://127.0.0.1:9/gone",
        "deliveryAttempts": 2,
    });
    scene.store.reconfigure(&changes).await.unwrap();
    let wanted = NewSubscription::of_plan("demo_trial_899");
    scene.store.buy(&wanted).await.unwrap();
    assert_eq!(scene.settle().await.failed, 1);
    let record = &scene.store.calls().await.unwrap().notifications[0];
    assert_eq!(record.attempts.len(), 2);
    assert!(record.attempts[0].error.is_some());
}

#[tokio::test]
async fn duplicates_are_equal() {
    let scene = with(DeliveryFaults {
        duplicate: 2,
        ..DeliveryFaults::default()
    })
    .await;
    let wanted = NewSubscription::of_plan("demo_trial_899");
    scene.store.buy(&wanted).await.unwrap();
    assert_eq!(scene.settle().await.delivered, 3);
    let received = scene.receiver.received();
    assert!(received.iter().all(|one| one.body == received[0].body));
}

#[tokio::test]
async fn reordering_loses_nothing() {
    let scene = with(DeliveryFaults {
        reorder: true,
        window_millis: Some(60_000),
        ..DeliveryFaults::default()
    })
    .await;
    a_busy_year(&scene).await;
    assert!(scene.receiver.received().is_empty(), "all are held back");
    assert_eq!(scene.settle().await.delivered, 10);
    let (sent, received) = (sent_order(&scene).await, received_order(&scene));
    assert_ne!(received, sent);
    assert_eq!(
        received.iter().collect::<BTreeSet<_>>(),
        sent.iter().collect::<BTreeSet<_>>()
    );
}

#[tokio::test]
async fn a_window_closes_by_itself() {
    let scene = with(DeliveryFaults {
        reorder: true,
        window_millis: Some(50),
        ..DeliveryFaults::default()
    })
    .await;
    a_busy_year(&scene).await;
    let until = Instant::now() + Duration::from_secs(10);
    while scene.receiver.received().len() < 10 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(scene.receiver.received().len(), 10);
}

#[tokio::test]
async fn a_delay_is_kept() {
    let scene = with(DeliveryFaults {
        delay_millis: Some((200, 400)),
        ..DeliveryFaults::default()
    })
    .await;
    let began = Instant::now();
    a_busy_year(&scene).await;
    assert_eq!(scene.settle().await.delivered, 10);
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_flush_that_runs_out_of_time_says_what_is_pending() {
    let scene = with(DeliveryFaults {
        delay_millis: Some((5_000, 5_000)),
        ..DeliveryFaults::default()
    })
    .await;
    a_busy_year(&scene).await;
    let counts = scene.store.flush(Duration::ZERO).await.unwrap();
    assert_eq!(counts.pending, 10);
}

#[tokio::test]
async fn all_or_some_can_be_dropped() {
    let scene = with(DeliveryFaults {
        drop: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
    .await;
    a_busy_year(&scene).await;
    assert_eq!(scene.settle().await.dropped, 10);
    assert!(scene.receiver.received().is_empty());

    let some = with(DeliveryFaults {
        drop: Chance(0.5),
        ..DeliveryFaults::default()
    })
    .await;
    a_busy_year(&some).await;
    let counts = some.settle().await;
    assert_eq!(counts.dropped + counts.delivered, 10);
    assert!(counts.dropped > 0 && counts.delivered > 0, "{counts:?}");
}
