//! The store's own word on a purchase, which can be verified with it at any time.

use local_stack::broadcaster::{Answered, MONTHLY_PRODUCT};
use reqwest::Method;
use serde_json::json;
use store_simulator::android::model::Action;

use super::Scene;
use crate::story::{broadcaster, claimed, eventually, seconds, subscriptions};

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

#[tokio::test]
async fn shows_in_the_older_form_as_well() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    scene.happens(&token, Action::Cancel).await;
    scene.is("ada", "cancelled").await;
    let purchase = scene.store().purchase(&token).await.unwrap();

    let answer = ask(&scene, "subscription-purchase").await;

    assert_eq!(answer.status, 200, "{answer:?}");
    let shown = answer.body;
    assert_eq!(shown["kind"], "androidpublisher#subscriptionPurchase");
    let millis = purchase.expiry().unwrap().as_millisecond();
    assert_eq!(shown["expiryTimeMillis"], json!(millis.to_string()));
    assert_eq!(shown["orderId"], purchase.order_id.as_str());
    assert_eq!(shown["priceAmountMicros"], "8990000");
    assert_eq!(shown["priceCurrencyCode"], "USD");
    assert_eq!(shown["autoRenewing"], false);
    assert_eq!(shown["cancelReason"], 0);
    assert_eq!(shown["acknowledgementState"], 1);
}

#[tokio::test]
async fn is_shown_to_its_broadcaster_s_server_only() {
    let scene = Scene::new().await;
    scene.subscribed("ada").await;
    let id = scene.subscription("ada").await["subscriptionId"].clone();
    let other = broadcaster().await;
    for part in ["receipt", "subscription-purchase"] {
        let path = format!("/v1/subscriptions/{}/{part}", id.as_str().unwrap());
        let foreign = other.call(Method::GET, &path, None).await.unwrap();
        assert_eq!(foreign.status, 404);
        let nobody = other.api.request(Method::GET, &path).send();
        assert_eq!(nobody.await.unwrap().status(), 401);
        let app = scene.broadcaster.call_as("ada", Method::GET, &path, None);
        assert_eq!(app.await.unwrap().status, 401);
    }
}

#[tokio::test]
async fn is_missing_where_the_store_has_none() {
    let broadcaster = broadcaster().await;
    claimed(&broadcaster, "ada").await;
    let held = subscriptions(&broadcaster, "ada").await;
    let id = held[0]["subscriptionId"].as_str().unwrap();
    for part in ["receipt", "subscription-purchase"] {
        let path = format!("/v1/subscriptions/{id}/{part}");
        let answer = broadcaster.call(Method::GET, &path, None).await.unwrap();
        assert_eq!(answer.status, 404, "{answer:?}");
    }
}
