//! The look-up of a subscription, and its faults.

use std::time::{Duration, Instant};

use reqwest::Response;
use serde_json::Value;
use store_simulator::{FaultKind, Faults, LookupFault, vizio::NewSubscription};

use crate::{API_KEY, SUBSCRIPTION, Scene};

async fn look_up_with(scene: &Scene, key: &str, id: &str) -> reqwest::Result<Response> {
    let base = scene.simulator.base_url();
    let partner = scene.store.partner_id();
    let url = format!("{base}/entitlements/v1/partners/{partner}/subscriptions/{id}");
    let client = https::client(|builder| builder).unwrap();
    let request = client.get(url).timeout(Duration::from_millis(800));
    request.header("x-tyk-key", key).send().await
}

async fn look_up(scene: &Scene, id: &str) -> Response {
    look_up_with(scene, API_KEY, id).await.unwrap()
}

async fn bought() -> Scene {
    let scene = Scene::set().await;
    let wanted = NewSubscription::of_plan("demo_monthly_899")
        .with_id(SUBSCRIPTION)
        .for_account("cust-300200100");
    scene.store.buy(&wanted).await.unwrap();
    scene
}

async fn fault(scene: &Scene, lookup: Vec<LookupFault>) {
    let faults = Faults {
        lookup,
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
}

#[tokio::test]
async fn it_answers_in_an_envelope() {
    let scene = bought().await;
    let expected: Value = serde_json::from_str(include_str!("look-up.json")).unwrap();
    let body: Value = look_up(&scene, SUBSCRIPTION).await.json().await.unwrap();
    assert_eq!(body["data"], expected);
}

#[tokio::test]
async fn it_follows_the_subscription() {
    let scene = bought().await;
    scene.store.fail(SUBSCRIPTION, Some(60)).await.unwrap();
    let body: Value = look_up(&scene, SUBSCRIPTION).await.json().await.unwrap();
    assert_eq!(body["data"]["status"], "PAST_DUE");
    assert_eq!(body["data"]["gracePeriodEnd"], "2026-12-05T09:31:00Z");
    assert_eq!(body["data"]["active"], true);
    scene.store.expire(SUBSCRIPTION).await.unwrap();
    let body: Value = look_up(&scene, SUBSCRIPTION).await.json().await.unwrap();
    assert_eq!(body["data"]["status"], "EXPIRED");
    assert_eq!(body["data"]["active"], false);
    assert_eq!(body["data"]["nextBillingDate"], Value::Null);
}

#[tokio::test]
async fn a_wrong_key_is_401_and_an_unknown_subscription_404() {
    let scene = bought().await;
    let wrong = look_up_with(&scene, "another key", SUBSCRIPTION).await;
    assert_eq!(wrong.unwrap().status(), 401);
    assert_eq!(look_up(&scene, "unknown").await.status(), 404);
}

#[tokio::test]
async fn look_ups_are_counted() {
    let scene = bought().await;
    look_up(&scene, SUBSCRIPTION).await;
    look_up(&scene, SUBSCRIPTION).await;
    look_up(&scene, "unknown").await;
    let lookups = scene.store.calls().await.unwrap().lookups;
    assert_eq!(lookups.total, 3);
    assert_eq!(lookups.by_subscription[SUBSCRIPTION], 2);
    assert_eq!(lookups.by_outcome["404"], 1);
}

#[tokio::test]
async fn statuses_come_as_often_as_asked_for() {
    let scene = bought().await;
    let limited = FaultKind::Status {
        status: 429,
        retry_after: Some(7),
    };
    fault(
        &scene,
        vec![
            LookupFault::always(limited).times(1),
            LookupFault::status(500).times(1),
        ],
    )
    .await;
    let first = look_up(&scene, SUBSCRIPTION).await;
    assert_eq!(first.status(), 429);
    assert_eq!(first.headers()["retry-after"], "7");
    assert_eq!(look_up(&scene, SUBSCRIPTION).await.status(), 500);
    assert_eq!(look_up(&scene, SUBSCRIPTION).await.status(), 200);
}

#[tokio::test]
async fn faults_end_when_they_are_cleared() {
    let scene = bought().await;
    fault(&scene, vec![LookupFault::status(401)]).await;
    assert_eq!(look_up(&scene, SUBSCRIPTION).await.status(), 401);
    scene.store.clear_faults().await.unwrap();
    assert_eq!(look_up(&scene, SUBSCRIPTION).await.status(), 200);
}

#[tokio::test]
async fn it_can_hang_be_slow_and_break_off() {
    let scene = bought().await;
    fault(
        &scene,
        vec![
            LookupFault::always(FaultKind::Hang).times(1),
            LookupFault::always(FaultKind::Slow { millis: 300 }).times(1),
            LookupFault::always(FaultKind::Malformed).times(1),
        ],
    )
    .await;
    let hung = look_up_with(&scene, API_KEY, SUBSCRIPTION).await;
    assert!(hung.unwrap_err().is_timeout());
    let began = Instant::now();
    assert_eq!(look_up(&scene, SUBSCRIPTION).await.status(), 200);
    assert!(began.elapsed() >= Duration::from_millis(300));
    let broken = look_up(&scene, SUBSCRIPTION).await;
    assert_eq!(broken.status(), 200);
    assert!(broken.json::<Value>().await.is_err());
}
