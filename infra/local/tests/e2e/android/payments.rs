//! What is submitted: two faces of one submission, and what it has to fit.

use local_stack::broadcaster::{
    BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT, PREMIUM_OFFER, PREMIUM_PRODUCT,
};
use reqwest::Method;
use serde_json::json;
use store_simulator::android::model::NewPurchase;

use super::Scene;

#[tokio::test]
async fn a_submission_and_a_payment_of_one_purchase_are_one_subscription() {
    let scene = Scene::new().await;
    let token = scene.bought(MONTHLY_PRODUCT).await;

    let submitted = scene.submits("ada", &token).await;
    let paid = scene.pays("ada", MONTHLY_OFFER, &token).await;

    assert_eq!(submitted["result"], "SubscriptionCreated");
    assert_eq!(paid["result"], "SubscriptionSynchronized");
    assert_eq!(scene.subscription("ada").await["offerId"], MONTHLY_OFFER);
    scene.told(&token, &["new"]).await;
}

#[tokio::test]
async fn a_payment_for_another_offer_than_was_sold_fails() {
    let scene = Scene::new().await;
    let token = scene.bought(PREMIUM_PRODUCT).await;

    let outcome = scene.pays("ada", MONTHLY_OFFER, &token).await;

    assert_eq!(outcome["error"]["code"], "OFFER_MISMATCH");
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    let outcome = scene.submits("ada", &token).await;
    assert_eq!(outcome["offerId"], PREMIUM_OFFER);
}

#[tokio::test]
async fn a_receipt_may_be_the_text_of_one() {
    let scene = Scene::new().await;
    let token = scene.bought(MONTHLY_PRODUCT).await;
    let mut body = scene.payment(MONTHLY_OFFER, &token);
    body["receipt"] = json!(body["receipt"].to_string());

    let outcome = scene.pays_with("ada", body).await;

    assert_eq!(outcome["result"], "SubscriptionCreated");
}

#[tokio::test]
async fn a_bad_payment_names_the_field() {
    let scene = Scene::new().await;
    let receipt = json!({"packageName": "com.example.app", "purchaseToken": "t"});
    for (body, field) in [
        (json!({"receipt": receipt}), "offerId"),
        (json!({"offerId": MONTHLY_OFFER}), "receipt"),
        (
            json!({"offerId": MONTHLY_OFFER, "receipt": {"packageName": "com.example.app"}}),
            "receipt.purchaseToken",
        ),
        (
            json!({"offerId": MONTHLY_OFFER, "receipt": {"purchaseToken": "t"}}),
            "receipt.packageName",
        ),
    ] {
        let answer = scene
            .broadcaster
            .call_as("ada", Method::POST, "/android/payment", Some(&body))
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{answer:?}");
        assert_eq!(answer.body["code"], "REQ0001");
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.contains(field), "{field}: {message}");
    }
}

#[tokio::test]
async fn only_a_store_with_receipts_takes_payments() {
    let scene = Scene::new().await;
    let body = scene.payment(MONTHLY_OFFER, "t");

    let answer = scene
        .broadcaster
        .call_as("ada", Method::POST, "/vizio/payment", Some(&body))
        .await
        .unwrap();

    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_purchase_in_another_application_is_rejected() {
    let scene = Scene::new().await;
    let token = scene.bought(MONTHLY_PRODUCT).await;
    let mut body = scene.payment(MONTHLY_OFFER, &token);
    body["receipt"]["packageName"] = json!("com.example.another");

    let outcome = scene.pays_with("ada", body).await;

    assert_eq!(outcome["error"]["code"], "STORE_REJECTED");
    assert_eq!(scene.times_asked(&token).await, 0);
}

#[tokio::test]
async fn belongs_to_the_account_that_the_app_named_to_the_store() {
    let scene = Scene::new().await;
    scene
        .configured(json!({"accountIdPattern": "customer-{customerId}"}))
        .await;
    let wanted = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN).for_account("customer-ada");
    let token = scene.bought_as(wanted.silently()).await;

    let outcome = scene.pays("bob", MONTHLY_OFFER, &token).await;
    assert_eq!(outcome["error"]["code"], "OWNED_BY_ANOTHER_CUSTOMER");

    let outcome = scene.pays("ada", MONTHLY_OFFER, &token).await;
    assert_eq!(outcome["status"], "success");
}

#[tokio::test]
async fn an_oversized_body_is_refused() {
    let scene = Scene::new().await;
    let broadcaster = &scene.broadcaster;
    let address = broadcaster.android_address();
    for (path, bytes) in [
        ("/android/payment", 70_000),
        ("/android/purchase-validation", 70_000),
        // What a store sends may be longer.
        (address.as_str(), 600_000),
    ] {
        let request = broadcaster
            .api
            .request(Method::POST, path)
            .header("x-publisher-token", &broadcaster.token)
            .body("x".repeat(bytes));
        assert_eq!(request.send().await.unwrap().status(), 413, "{path}");
    }
}
