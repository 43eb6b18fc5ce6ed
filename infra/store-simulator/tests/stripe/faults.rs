//! Deliberate faults of calls, the rate limit, and the counts of calls.

use std::time::Duration;

use serde_json::{Value, json};
use store_simulator::{FaultKind, Faults, LookupFault};

use crate::scene::{LIVE_KEY, Scene};

async fn with(scene: &Scene, rule: LookupFault) {
    let faults = Faults {
        lookup: vec![rule],
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
}

#[tokio::test]
async fn a_status_comes_in_the_envelope_of_errors() {
    let (scene, bought) = Scene::bought().await;
    let path = format!("/subscriptions/{}", bought.id);
    for (status, kind) in [
        (401, "invalid_request_error"),
        (403, "invalid_request_error"),
        (409, "invalid_request_error"),
        (424, "invalid_request_error"),
        (500, "api_error"),
        (503, "api_error"),
    ] {
        with(&scene, LookupFault::status(status).times(1)).await;
        let (answered, error) = scene.refused(LIVE_KEY, &path).await;
        assert_eq!(answered, status);
        assert_eq!(error["type"], kind, "{status}");
        assert_eq!(scene.call(&path).await.status(), 200);
    }
}

#[tokio::test]
async fn too_many_calls_have_a_reason() {
    let (scene, bought) = Scene::bought().await;
    let path = format!("/subscriptions/{}", bought.id);
    with(&scene, LookupFault::status(429)).await;
    let limited = scene.call(&path).await;
    assert_eq!(limited.status(), 429);
    let reason = &limited.headers()["stripe-rate-limited-reason"];
    assert_eq!(reason, "endpoint-rate");
    assert!(limited.headers().get("retry-after").is_none());
}

#[tokio::test]
async fn a_look_up_can_hang_be_slow_or_break_off() {
    let (scene, bought) = Scene::bought().await;
    let url = format!("{}/subscriptions/{}", scene.store.api_base_url(), bought.id);
    let ask = |patience: u64| {
        let request = scene.http.get(&url).bearer_auth(LIVE_KEY);
        request.timeout(Duration::from_millis(patience)).send()
    };
    with(&scene, LookupFault::always(FaultKind::Hang)).await;
    assert!(ask(200).await.unwrap_err().is_timeout());
    with(&scene, LookupFault::always(FaultKind::Slow { millis: 300 })).await;
    assert!(ask(100).await.unwrap_err().is_timeout());
    assert_eq!(ask(10_000).await.unwrap().status(), 200);
    with(&scene, LookupFault::always(FaultKind::Malformed)).await;
    let broken = ask(10_000).await.unwrap();
    assert_eq!(broken.status(), 200);
    assert!(broken.json::<Value>().await.is_err());
}

#[tokio::test]
async fn a_rule_can_be_about_one_object_or_one_kind_of_call() {
    let (scene, bought) = Scene::bought().await;
    let path = format!("/subscriptions/{}", bought.id);
    with(&scene, LookupFault::status(500).of_subscription("events")).await;
    assert_eq!(scene.call("/events").await.status(), 500);
    assert_eq!(scene.call(&path).await.status(), 200);
    let intent = &bought.payment_intents[0].payment_intent_id;
    with(&scene, LookupFault::status(500).of_subscription(intent)).await;
    let refunds = format!("/refunds?payment_intent={intent}");
    assert_eq!(scene.call(&refunds).await.status(), 500);
    assert_eq!(scene.call("/refunds").await.status(), 200);
}

#[tokio::test]
async fn each_kind_of_call_has_its_own_limit() {
    let scene = Scene::with(json!({"rateLimit": 2})).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let response = scene.call("/subscriptions/sub_any").await;
        statuses.push(response.status().as_u16());
    }
    assert_eq!(statuses, [404, 404, 429]);
    assert_eq!(scene.call("/account").await.status(), 200);
}

#[tokio::test]
async fn calls_are_counted() {
    let (scene, bought) = Scene::bought().await;
    scene.look_up(&bought).await;
    scene.look_up(&bought).await;
    scene.call("/subscriptions/sub_none").await;
    scene.call("/events").await;
    let counts = scene.store.calls().await.unwrap().look_ups;
    assert_eq!(counts.total, 4);
    assert_eq!(counts.by_object[&bought.id], 2);
    assert_eq!(counts.by_kind["subscription"], 3);
    assert_eq!(counts.by_kind["events"], 1);
    assert_eq!(counts.by_outcome["200"], 3);
    assert_eq!(counts.by_outcome["404"], 1);
}
