//! Ends of subscriptions, and their reasons.

use serde_json::{Value, json};
use store_simulator::amazon::model::{Action, Options};

use crate::scene::{Scene, kinds, millis};

const END: &str = "2026-12-15T00:00:00Z";

async fn end_of(
    scene: &Scene,
    receipt: &store_simulator::amazon::model::Receipt,
) -> (Value, Value) {
    let shown = scene.shown(receipt).await;
    assert_eq!(shown["autoRenewing"], false);
    assert_eq!(shown["renewalDate"], Value::Null);
    (shown["cancelDate"].clone(), shown["cancelReason"].clone())
}

#[tokio::test]
async fn without_renewal_it_expires_at_the_end_of_the_term() {
    let (scene, receipt) = Scene::bought().await;
    scene.does(&receipt, Action::TurnAutoRenewOff).await;
    let ended = scene.does(&receipt, Action::Expire).await;
    assert_eq!(kinds(&ended), ["SUBSCRIPTION_EXPIRED"]);
    assert_eq!(ended.now.to_string(), END);
    assert_eq!(
        end_of(&scene, &receipt).await,
        (json!(millis(END)), json!(1))
    );
}

#[tokio::test]
async fn without_renewal_it_ends_by_time_alone_too() {
    let (scene, receipt) = Scene::bought().await;
    scene.does(&receipt, Action::TurnAutoRenewOff).await;
    scene.store.advance_clock(31 * 86_400).await.unwrap();
    assert_eq!(
        end_of(&scene, &receipt).await,
        (json!(millis(END)), json!(1))
    );
    let late = scene
        .store
        .plainly(&receipt.receipt_id, Action::TurnAutoRenewOn);
    assert!(late.await.is_err());
    let outcomes = scene.store.run_due().await.unwrap();
    assert_eq!(kinds(&outcomes[0]), ["SUBSCRIPTION_EXPIRED"]);
}

#[tokio::test]
async fn a_cancelled_order_ends_at_once() {
    let (scene, receipt) = Scene::bought().await;
    scene.store.advance_clock(3_600).await.unwrap();
    let ended = scene.does(&receipt, Action::CancelOrder).await;
    assert_eq!(kinds(&ended), ["SUBSCRIPTION_CANCELLED"]);
    let now = json!(millis("2026-11-15T01:00:00Z"));
    assert_eq!(end_of(&scene, &receipt).await, (now, json!(1)));
}

#[tokio::test]
async fn customer_service_cancels_at_once() {
    let (scene, receipt) = Scene::bought().await;
    let ended = scene.does(&receipt, Action::CancelByAmazon).await;
    assert_eq!(kinds(&ended), ["SUBSCRIPTION_CANCELLED"]);
    let now = json!(millis("2026-11-15T00:00:00Z"));
    assert_eq!(end_of(&scene, &receipt).await, (now, json!(2)));
}

#[tokio::test]
async fn what_is_not_paid_in_the_grace_period_ends_with_it() {
    let end = json!(millis("2026-12-17T00:00:00Z"));
    for (action, kind) in [
        (Action::CancelByAmazon, "SUBSCRIPTION_CANCELLED"),
        (Action::Expire, "SUBSCRIPTION_EXPIRED"),
    ] {
        let (scene, receipt) = Scene::bought().await;
        let two_days = Options::lasting(2 * 86_400);
        scene
            .does_with(&receipt, Action::EnterGrace, &two_days)
            .await;
        let ended = scene.does(&receipt, action).await;
        assert_eq!(kinds(&ended), [kind]);
        assert_eq!(end_of(&scene, &receipt).await, (end.clone(), json!(2)));
        let refused = scene.store.plainly(&receipt.receipt_id, Action::Recover);
        assert!(refused.await.is_err());
    }
}
