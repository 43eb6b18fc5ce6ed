//! Delivery of notifications, and its failures.

use store_simulator::{
    Chance, DeliveryFaults, Faults, Outcome,
    apple::model::{Action, NewPurchase, Options},
};

use crate::{scene::Scene, verifier::verify};

async fn with(scene: &Scene, delivery: DeliveryFaults) {
    let faults = Faults {
        delivery,
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
}

#[tokio::test]
async fn what_is_not_received_comes_again_with_the_same_content() {
    let scene = Scene::set().await;
    scene.receiver.answer_with(&[503, 400, 302, 207]);
    scene.buy(&NewPurchase::of("premium")).await;
    let counts = scene.settle().await;
    assert_eq!(counts.delivered, 1);
    let received = scene.receiver.received();
    assert_eq!(received.len(), 5);
    assert!(received.iter().all(|one| one.body == received[0].body));
}

#[tokio::test]
async fn production_is_tried_six_times_and_the_sandbox_once() {
    let scene = Scene::set().await;
    scene.receiver.answer_with(&[500; 7]);
    scene.buy(&NewPurchase::of("premium")).await;
    scene.settle().await;
    scene.buy(&NewPurchase::of("premium").in_sandbox()).await;
    assert_eq!(scene.settle().await.failed, 2);
    let calls = scene.store.calls().await.unwrap();
    let attempts: Vec<_> = calls
        .deliveries
        .iter()
        .map(|one| one.attempts.len())
        .collect();
    assert_eq!(attempts, [6, 1]);
}

#[tokio::test]
async fn notifications_of_one_subscription_arrive_in_order() {
    let (scene, id) = Scene::bought().await;
    scene.receiver.answer_with(&[500, 500]);
    for action in [Action::Cancel, Action::Reactivate, Action::Renew] {
        scene.act(&id, action, &Options::default()).await;
    }
    let told = scene.notifications().await;
    let mut dates: Vec<_> = told.iter().map(|one| one["signedDate"].as_i64()).collect();
    dates.dedup();
    assert_eq!(dates.len(), 4);
    assert!(dates.is_sorted());
}

#[tokio::test]
async fn duplicates_have_the_same_id() {
    let scene = Scene::set().await;
    let twice = DeliveryFaults {
        duplicate: 1,
        ..DeliveryFaults::default()
    };
    with(&scene, twice).await;
    let outcome = scene.store.buy(&NewPurchase::of("premium")).await.unwrap();
    let told = scene.notifications().await;
    let uuid = &outcome.notifications[0].notification_uuid;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|one| one["notificationUUID"] == **uuid));
}

#[tokio::test]
async fn a_corrupted_copy_does_not_verify() {
    let scene = Scene::set().await;
    let corrupt = DeliveryFaults {
        corrupt: Chance::ALWAYS,
        ..DeliveryFaults::default()
    };
    with(&scene, corrupt).await;
    scene.buy(&NewPurchase::of("premium")).await;
    scene.settle().await;
    let received = scene.receiver.received();
    let body = String::from_utf8_lossy(&received[0].body).into_owned();
    let signed = body
        .trim_start_matches("{\"signedPayload\":\"")
        .trim_end_matches("\"}");
    assert!(verify(signed, &scene.root).is_err());
}

#[tokio::test]
async fn each_delivery_is_recorded_under_its_subscription() {
    let (scene, id) = Scene::bought().await;
    scene.settle().await;
    let calls = scene.store.calls().await.unwrap();
    let [delivery] = &calls.deliveries[..] else {
        unreachable!("{}", calls.deliveries.len());
    };
    assert_eq!(delivery.event_type, "SUBSCRIBED/INITIAL_BUY");
    assert_eq!(delivery.subscription_id.as_deref(), Some(&*id));
    assert_eq!(delivery.outcome, Outcome::Delivered);
}
