//! The store's own word on a purchase, which can be verified with it at any time.

use local_stack::broadcaster::{Answered, MONTHLY_PRODUCT};
use reqwest::Method;
use store_simulator::android::model::Action;

use super::Scene;
use crate::story::{eventually, seconds};

/// Asks for a part of ada's subscription.
async fn ask(scene: &Scene, part: &str) -> Answered {
    let id = scene.subscription("ada").await["subscriptionId"].clone();
    let path = format!("/v1/subscriptions/{}/{part}", id.as_str().unwrap());
    let answer = scene.broadcaster.call(Method::GET, &path, None);
    answer.await.unwrap()
}

#[tokio::test]
async fn is_kept_with_the_subscription() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let purchase = scene.store().purchase(&token).await.unwrap();

    let answer = ask(&scene, "receipt").await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["store"], "android");
    let receipt = &answer.body["receipt"];
    assert_eq!(receipt["kind"], "androidpublisher#subscriptionPurchaseV2");
    assert_eq!(receipt["latestOrderId"], purchase.order_id.as_str());
    let item = &receipt["lineItems"][0];
    assert_eq!(item["productId"], MONTHLY_PRODUCT);
    let ends = purchase.expiry().unwrap();
    assert_eq!(seconds(&item["expiryTime"]), ends.as_second());
}

#[tokio::test]
async fn is_renewed_by_each_look() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let before = ask(&scene, "receipt").await.body;

    let renewed = scene.happens(&token, Action::Renew).await;

    let after = eventually("the receipt is of the renewal", async || {
        let answer = ask(&scene, "receipt").await;
        let order = &answer.body["receipt"]["latestOrderId"];
        (order == renewed.latest_order_id()).then_some(answer.body)
    })
    .await;
    let at = |body: &serde_json::Value| body["observedAt"].as_str().unwrap().to_owned();
    assert!(at(&after) > at(&before));
}
