//! Changes that the store makes by itself when they are due.

use serde_json::json;
use store_simulator::stripe::model::{Action, NewCheckout, Options};

use crate::{
    DAY,
    scene::{Scene, at},
};

#[tokio::test]
async fn periods_begin_and_are_paid_when_they_are_due() {
    let (scene, bought) = Scene::bought().await;
    assert!(scene.store.run_due().await.unwrap().is_empty());
    scene.store.advance_clock(30 * DAY).await.unwrap();
    let begun = scene.store.run_due().await.unwrap();
    assert_eq!(begun.len(), 1, "the invoice is a draft");
    scene.store.advance_clock(3_600).await.unwrap();
    assert_eq!(scene.store.run_due().await.unwrap().len(), 1);
    let shown = scene.look_up(&bought).await;
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_end"], at("2027-01-22T00:00:00Z"));
    assert!(scene.store.run_due().await.unwrap().is_empty());
}

#[tokio::test]
async fn cancelled_ones_end_and_unpaid_ones_expire() {
    let (scene, cancelled) = Scene::bought().await;
    scene.does(&cancelled.id, Action::Cancel).await;
    let wanted = NewCheckout::subscription("price_m").incomplete();
    let unpaid = scene.creates(&wanted).await.purchase;
    let paused = scene.buy().await;
    let for_a_week = Options::lasting(7 * DAY);
    scene
        .does_with(&paused.id, Action::PauseCollection, &for_a_week)
        .await;
    scene.store.advance_clock(30 * DAY).await.unwrap();
    scene.store.run_due().await.unwrap();
    assert_eq!(scene.look_up(&cancelled).await["status"], "canceled");
    assert_eq!(scene.look_up(&unpaid).await["status"], "incomplete_expired");
    let shown = scene.look_up(&paused).await;
    assert_eq!(shown["pause_collection"], json!(null));
    assert_eq!(shown["status"], "active");
}
