//! Deliberate faults of API calls.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use store_simulator::{
    FaultKind, Faults, LookupFault,
    apple::{
        ApiCall, ApiRefusal,
        model::{Action, Environment, Options},
    },
};

use crate::scene::Scene;

async fn with(scene: &Scene, rule: LookupFault) {
    let faults = Faults {
        lookup: vec![rule],
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
}

#[tokio::test]
async fn too_many_calls_are_refused_until_a_moment_in_milliseconds() {
    let (scene, id) = Scene::bought().await;
    let kind = FaultKind::Status {
        status: 429,
        retry_after: Some(30),
    };
    with(&scene, LookupFault::always(kind).times(1)).await;
    let path = format!("/v1/transactions/{id}");
    let answer = scene.response(&path).await;
    assert_eq!(answer.status(), 429);
    let moment = answer.headers()["retry-after"].to_str().unwrap();
    let ahead = moment.parse::<i64>().unwrap() - Timestamp::now().as_millisecond();
    assert!((20_000..=30_000).contains(&ahead), "{ahead}");
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(body["errorCode"], 4_290_000);
    assert_eq!(scene.get(&path).await.0, 200);
}

#[tokio::test]
async fn each_status_has_its_body() {
    let (scene, id) = Scene::bought().await;
    for (status, code) in [
        (400, 4_000_000),
        (404, 4_040_010),
        (500, 5_000_000),
        (503, 5_030_000),
    ] {
        with(&scene, LookupFault::status(status)).await;
        let (given, answer) = scene.get(&format!("/v1/subscriptions/{id}")).await;
        assert_eq!((given, &answer["errorCode"]), (status, &json!(code)));
    }
    with(&scene, LookupFault::status(401)).await;
    let answer = scene.response(&format!("/v1/subscriptions/{id}")).await;
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn a_rule_may_be_about_one_subscription() {
    let (scene, id) = Scene::bought().await;
    let renewed = scene.act(&id, Action::Renew, &Options::default()).await;
    let later = &renewed.purchase.latest().unwrap().transaction_id;
    with(&scene, LookupFault::status(500).of_subscription(&id)).await;
    assert_eq!(scene.get(&format!("/v2/history/{later}")).await.0, 500);
    assert_eq!(scene.get("/v1/transactions/700000000000000").await.0, 404);
}

#[tokio::test]
async fn an_answer_can_be_late_cut_off_or_missing() {
    let (scene, id) = Scene::bought().await;
    let path = format!("/v1/transactions/{id}");
    with(&scene, LookupFault::always(FaultKind::Slow { millis: 80 })).await;
    let began = Instant::now();
    assert_eq!(scene.get(&path).await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));
    with(&scene, LookupFault::always(FaultKind::Malformed)).await;
    let text = scene.response(&path).await.text().await.unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_err());
    with(&scene, LookupFault::always(FaultKind::Hang)).await;
    let waits = tokio::time::timeout(Duration::from_millis(200), scene.get(&path));
    assert!(waits.await.is_err());
    let calls = scene.store.calls().await.unwrap();
    for outcome in ["200", "malformed", "hang"] {
        assert_eq!(calls.by_outcome[outcome], 1, "{outcome}");
    }
}

#[tokio::test]
async fn single_calls_can_be_refused_with_any_code() {
    let (scene, id) = Scene::bought().await;
    let only = ApiRefusal::with(4_040_004)
        .of_call(ApiCall::Statuses)
        .times(1);
    let sandbox = ApiRefusal::with(5_000_001).in_environment(Environment::Sandbox);
    scene.store.refuse(&[only, sandbox]).await.unwrap();
    let statuses = format!("/v1/subscriptions/{id}");
    let transaction = format!("/v1/transactions/{id}");
    assert_eq!(scene.get(&transaction).await.0, 200);
    let (status, answer) = scene.get(&statuses).await;
    assert_eq!((status, &answer["errorCode"]), (404, &json!(4_040_004)));
    assert_eq!(scene.get(&statuses).await.0, 200);
    let (status, answer) = scene.get_in(Environment::Sandbox, &transaction).await;
    assert_eq!((status, &answer["errorCode"]), (500, &json!(5_000_001)));
    scene.store.refuse(&[]).await.unwrap();
    assert_eq!(
        scene.get_in(Environment::Sandbox, &transaction).await.0,
        404
    );
}

#[tokio::test]
async fn look_ups_are_counted_by_purchase_and_by_kind() {
    let (scene, id) = Scene::bought().await;
    let renewed = scene.act(&id, Action::Renew, &Options::default()).await;
    let later = &renewed.purchase.latest().unwrap().transaction_id;
    for path in ["/v1/transactions/", "/v1/subscriptions/", "/v2/history/"] {
        scene.get(&format!("{path}{id}")).await;
    }
    scene.get(&format!("/v1/subscriptions/{later}")).await;
    scene
        .get_in(Environment::Sandbox, "/v1/transactions/200000000000000")
        .await;
    let calls = scene.store.calls().await.unwrap();
    let counted = calls.look_ups[&id];
    assert_eq!(
        (counted.transactions, counted.statuses, counted.history),
        (1, 2, 1)
    );
    assert_eq!(calls.look_ups["200000000000000"].total(), 1);
    assert_eq!(calls.by_environment[&Environment::Production], 4);
    assert_eq!(
        (calls.by_outcome["200"], calls.by_outcome["4040010"]),
        (4, 1)
    );
}
