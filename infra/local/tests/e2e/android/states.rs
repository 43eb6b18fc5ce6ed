//! Declined payments, pauses, and cancellations that are taken back.

use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::json;
use store_simulator::android::model::Action;

use super::Scene;

#[tokio::test]
async fn a_restart_before_the_end_takes_the_cancellation_back() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    scene.happens(&token, Action::Cancel).await;
    scene.is("ada", "cancelled").await;

    scene.happens(&token, Action::Restart).await;

    scene.told(&token, &["new", "cancel", "resume"]).await;
    let state = scene.is("ada", "active").await;
    assert_eq!(state["cancelledAt"], json!(null));
}

#[tokio::test]
async fn a_declined_renewal_keeps_access_for_the_grace_period() {
    let scene = Scene::with(&json!({"grace": "renew"})).await;
    let token = scene.subscribed("ada").await;

    scene.happens(&token, Action::EnterGrace).await;
    scene.is("ada", "grace").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&token, &["new", "renew"]).await;

    scene.happens(&token, Action::Recover).await;
    scene.is("ada", "active").await;
    scene.told(&token, &["new", "renew", "renew"]).await;
}

#[tokio::test]
async fn a_hold_suspends_access_until_the_payment_comes() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;

    scene.happens(&token, Action::Hold).await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    scene.told(&token, &["new", "hold"]).await;

    scene.happens(&token, Action::Recover).await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    scene.told(&token, &["new", "hold", "resume"]).await;
}

#[tokio::test]
async fn a_pause_suspends_access_until_it_is_over() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;

    scene.happens(&token, Action::SchedulePause).await;
    scene.delivered().await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.happens(&token, Action::Pause).await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    let paused = scene.is("ada", "paused").await;
    assert!(paused["resumesAt"].is_string(), "{paused}");
    scene.told(&token, &["new", "pause"]).await;

    scene.happens(&token, Action::Resume).await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    scene.told(&token, &["new", "pause", "resume"]).await;
}
