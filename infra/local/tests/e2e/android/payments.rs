//! What is submitted: two faces of one submission, and what it has to fit.

use local_stack::broadcaster::{
    BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT, PREMIUM_OFFER, PREMIUM_PRODUCT,
};
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
