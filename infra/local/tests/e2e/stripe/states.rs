//! Cancellations, declined payments and pauses.

use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::json;
use store_simulator::stripe::model::{Action, AfterRetries, Options};

use super::{Scene, early};

#[tokio::test]
async fn a_cancellation_keeps_access_until_it_is_taken_back_or_ended_at_once() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    scene.happens(&id, Action::Cancel).await;
    let told = scene.told(&id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[0]["end_date"]);
    assert!(told[1]["cancellation_date"].as_i64() < told[1]["end_date"].as_i64());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&id, Action::Reactivate).await;
    scene.told(&id, &["new", "cancel", "resume"]).await;
    let state = scene.is("ada", "active").await;
    assert_eq!(state["cancelledAt"], json!(null));

    scene.happens(&id, Action::CancelNow).await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    scene.is("ada", "expired").await;
    let told = scene
        .told(&id, &["new", "cancel", "resume", "cancel"])
        .await;
    assert!(told[3]["end_date"].as_i64() < told[0]["end_date"].as_i64());
}

#[tokio::test]
async fn a_declined_renewal_is_grace_then_a_hold_until_it_is_paid() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    scene.happens(&id, Action::Fail).await;
    scene.is("ada", "grace").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    let unpaid = Options {
        after_retries: Some(AfterRetries::MarkUnpaid),
        ..early()
    };
    scene.happens_with(&id, Action::Exhaust, unpaid).await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    scene.told(&id, &["new", "hold"]).await;

    scene.happens(&id, Action::Recover).await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    scene.told(&id, &["new", "hold", "resume"]).await;
}

#[tokio::test]
async fn a_pause_suspends_access_and_paused_collection_does_not() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    scene.happens(&id, Action::PauseCollection).await;
    scene.delivered().await;
    scene.happens(&id, Action::ResumeCollection).await;
    scene.delivered().await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&id, Action::Pause).await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    scene.is("ada", "paused").await;
    scene.told(&id, &["new", "pause"]).await;

    scene.happens(&id, Action::Resume).await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    scene.told(&id, &["new", "pause", "resume"]).await;
}
