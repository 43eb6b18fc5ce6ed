//! Purchases that are not paid yet.

use local_stack::broadcaster::{BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT};
use serde_json::json;
use store_simulator::android::model::{Action, NewPurchase};

use super::Scene;
use crate::story::{SOON, beacon, eventually, subscriptions};

/// The token of a purchase that is not paid yet, and the correlation id of ada's payment.
async fn awaiting_payment(scene: &Scene) -> (String, String) {
    let wanted = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN).pending();
    let token = scene.bought_as(wanted).await;
    let body = scene.payment(MONTHLY_OFFER, &token);
    let correlation = scene.queued_at("/android/payment", "ada", &body).await;
    eventually("the store was asked", async || {
        (scene.times_asked(&token).await > 0).then_some(())
    })
    .await;
    (token, correlation)
}

#[tokio::test]
async fn grants_nothing_until_it_is_paid() {
    let scene = Scene::new().await;
    let (token, correlation) = awaiting_payment(&scene).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let path = format!("/android/purchase-status?correlationId={correlation}");
    let get = reqwest::Method::GET;
    let status = scene.broadcaster.call_as("ada", get, &path, None).await;
    assert_eq!(status.unwrap().body["status"], json!("pending"));
    assert!(!scene.store().purchase(&token).await.unwrap().acknowledged);

    scene.happens(&token, Action::CompletePending).await;

    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    let outcome = scene.outcome("ada", &correlation).await;
    assert_eq!(outcome["result"], "SubscriptionCreated");
    scene.acknowledged(&token).await;
    scene.told(&token, &["new"]).await;
}

#[tokio::test]
async fn never_grants_when_it_is_given_up() {
    let scene = Scene::new().await;
    let (token, correlation) = awaiting_payment(&scene).await;

    scene.happens(&token, Action::CancelPending).await;
    scene.store().flush(SOON).await.unwrap();

    let outcome = scene.outcome("ada", &correlation).await;
    assert_eq!(outcome["error"]["code"], "PURCHASE_EXPIRED");
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(subscriptions(&scene.broadcaster, "ada").await.is_empty());
    assert!(beacon(&scene.broadcaster, &token).await.is_empty());
}
