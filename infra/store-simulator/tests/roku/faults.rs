//! Deliberate faults of look-ups and deliveries.

use std::time::Duration;

use store_simulator::{
    Chance, DeliveryFaults, FaultKind, Faults, LookupFault, Outcome, roku::model::Action,
};

use crate::{API_KEY, scene::Scene};

fn look_ups(lookup: Vec<LookupFault>) -> Faults {
    Faults {
        lookup,
        ..Faults::default()
    }
}

#[tokio::test]
async fn look_ups_can_be_answered_with_a_status() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let busy = LookupFault::always(FaultKind::Status {
        status: 429,
        retry_after: None,
    });
    let faults = [
        busy.times(1),
        LookupFault::status(400).times(1),
        LookupFault::status(503),
    ];
    scene
        .store
        .set_faults(&look_ups(faults.to_vec()))
        .await
        .unwrap();
    for (status, text) in [(429, ""), (400, "Invalid URI format."), (503, "")] {
        let answer = scene.validate_with(API_KEY, id).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.text().await.unwrap(), text);
    }
    scene.store.clear_faults().await.unwrap();
    assert_eq!(scene.validate(id).await["status"], 0);
}

#[tokio::test]
async fn look_ups_can_break_off_hang_or_be_slow() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let faults = [
        LookupFault::always(FaultKind::Malformed).times(1),
        LookupFault::always(FaultKind::Slow { millis: 120 }).times(1),
        LookupFault::always(FaultKind::Hang),
    ];
    scene
        .store
        .set_faults(&look_ups(faults.to_vec()))
        .await
        .unwrap();
    let broken = scene.validate_with(API_KEY, id).await;
    assert!(broken.json::<serde_json::Value>().await.is_err());
    let began = std::time::Instant::now();
    scene.validate(id).await;
    assert!(began.elapsed() >= Duration::from_millis(120));
    let hanging = scene.validate_with(API_KEY, id);
    let patience = Duration::from_millis(200);
    assert!(tokio::time::timeout(patience, hanging).await.is_err());
    let outcomes = scene.store.calls().await.unwrap().look_ups.by_outcome;
    assert_eq!(outcomes["malformed"], 1);
    assert_eq!(outcomes["hang"], 1);
}

#[tokio::test]
async fn a_rule_is_about_a_purchase_whichever_of_its_ids_is_asked_for() {
    let (scene, purchase) = Scene::bought().await;
    let first = &purchase.transaction_id;
    let renewed = scene.store.plainly(first, Action::Renew).await.unwrap();
    let other = scene.buy("basic").await;
    let rule = LookupFault::status(500).of_subscription(first.as_str());
    scene.store.set_faults(&look_ups(vec![rule])).await.unwrap();
    let latest = &renewed.purchase.transaction_id;
    assert_eq!(scene.validate_with(API_KEY, latest).await.status(), 500);
    assert_eq!(scene.validate(&other.transaction_id).await["status"], 0);
}

#[tokio::test]
async fn copies_are_the_same_bytes_and_corrupted_ones_are_not() {
    let scene = Scene::set().await;
    let delivery = DeliveryFaults {
        duplicate: 1,
        ..DeliveryFaults::default()
    };
    let faults = Faults {
        delivery,
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    scene.buy("monthly").await;
    assert_eq!(scene.settle().await.delivered, 2);
    let received = scene.receiver.received();
    assert_eq!(received[0].body, received[1].body);

    let delivery = DeliveryFaults {
        corrupt: Chance::ALWAYS,
        ..DeliveryFaults::default()
    };
    let faults = Faults {
        delivery,
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    scene.buy("monthly").await;
    scene.settle().await;
    let corrupted = scene.receiver.received().pop().unwrap();
    assert!(corrupted.verified(&scene.keys().await).is_err());
}

#[tokio::test]
async fn notifications_can_be_lost_on_purpose() {
    let scene = Scene::set().await;
    let delivery = DeliveryFaults {
        drop: Chance::ALWAYS,
        ..DeliveryFaults::default()
    };
    let faults = Faults {
        delivery,
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    scene.buy("monthly").await;
    assert_eq!(scene.settle().await.dropped, 1);
    let calls = scene.store.calls().await.unwrap();
    assert_eq!(calls.deliveries[0].outcome, Outcome::Dropped);
    assert!(scene.receiver.received().is_empty());
}
