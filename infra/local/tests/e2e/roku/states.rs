//! Cancellations that are taken back, and payments that fail.

use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::{Value, json};
use store_simulator::roku::model::Action;

use super::Scene;

const THREE_DAYS: i64 = 3 * 24 * 3600;

#[tokio::test]
async fn a_cancellation_keeps_access_to_the_end_and_can_be_taken_back() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    scene.happens(&id, Action::Cancel).await;

    let told = scene.told(&id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[0]["end_date"]);
    assert!(told[1]["cancellation_date"].as_i64() < told[1]["end_date"].as_i64());
    let state = scene.is("ada", "cancelled").await;
    assert!(state["cancelledAt"].is_string(), "{state}");
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&id, Action::Resubscribe).await;

    scene.told(&id, &["new", "cancel", "resume"]).await;
    assert_eq!(scene.is("ada", "active").await["cancelledAt"], Value::Null);
}

#[tokio::test]
async fn an_unpaid_renewal_leads_through_grace_and_hold_back_or_to_the_end() {
    let scene = Scene::with(&json!({"grace": "renew"})).await;
    let id = scene.subscribed("ada").await;
    let ended = scene.period_ends(&id).await.as_second();

    scene.happens(&id, Action::EnterGrace).await;
    scene.is("ada", "grace").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "renew"]).await;
    assert_eq!(told[1]["end_date"], ended + THREE_DAYS);

    scene.happens(&id, Action::Hold).await;
    scene.is("ada", "on_hold").await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    scene.told(&id, &["new", "renew", "hold"]).await;

    let paid = scene.happens(&id, Action::Recover).await;
    scene.is("ada", "active").await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    let told = scene.told(&id, &["new", "renew", "hold", "resume"]).await;
    let end = paid.expiration_date.unwrap().as_second();
    assert_eq!(told[3]["end_date"], end);

    scene.period_ends(&id).await;
    scene.happens(&id, Action::Hold).await;
    scene.is("ada", "on_hold").await;
    scene.happens(&id, Action::Expire).await;
    scene.is("ada", "expired").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let types = ["new", "renew", "hold", "resume", "hold", "cancel"];
    scene.told(&id, &types).await;
}
