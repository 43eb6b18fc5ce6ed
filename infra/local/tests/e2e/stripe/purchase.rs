//! The initial purchase, and whose it is.

use local_stack::broadcaster::stripe::{MONTHLY, MONTHLY_PRICE};
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use serde_json::json;
use store_simulator::stripe::model::NewCheckout;

use super::Scene;
use crate::story::{beacon, eventually, seconds, subscriptions, webhooks};

#[tokio::test]
async fn initial_purchase() {
    let scene = Scene::new().await;
    let wanted = NewCheckout::subscription(MONTHLY_PRICE).on("samsung_tv");
    // All that Stripe sends of it comes before anybody has submitted it.
    let bought = scene.bought_as(wanted).await;
    eventually("the store was asked", async || {
        (scene.times_asked(&bought.id).await > 0).then_some(())
    })
    .await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(beacon(&scene.broadcaster, &bought.id).await.is_empty());

    let body = json!({"checkoutSessionId": bought.session_id()});
    let outcome = scene.hands_over("ada", &body).await;

    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    assert_eq!(outcome["offerId"], MONTHLY_OFFER);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    let told = scene.told(&bought.id, &["new"]).await;
    let end = bought.subscription.as_ref().unwrap().period_end();
    assert_eq!(told[0]["external_user_id"], "ada");
    assert_eq!(told[0]["original_store"], "Stripe");
    assert_eq!(told[0]["sku"], MONTHLY);
    assert_eq!(told[0]["package_name"], "Symphony Monthly");
    assert_eq!(told[0]["end_date"], end.as_second());
    let validated = eventually("the webhooks", async || {
        let messages = webhooks(&scene.broadcaster).await;
        let of = |topic: &str| messages.iter().find(|m| m["topic"] == topic).cloned();
        of("subscriptionCreated").and(of("inappPurchaseValidationSucceeded"))
    })
    .await;
    let data = &validated["data"];
    assert_eq!(data["paymentGateway"], "stripe");
    let paid = &bought.invoices[0];
    let names = &data["inAppSpecificData"];
    assert_eq!(names["subscriptionId"], bought.id);
    assert_eq!(names["stripeCustomerId"], bought.customer_id);
    assert_eq!(names["priceId"], MONTHLY_PRICE);
    assert_eq!(names["invoiceId"], paid.invoice_id);
    assert_eq!(names["platform"], "samsung_tv");
    assert_eq!(seconds(&names["paidEnd"]), end.as_second());
}

#[tokio::test]
async fn belongs_to_the_customer_whom_the_shop_named_without_any_submission() {
    let scene = Scene::new().await;
    scene
        .configured(json!({"accountIdPattern": "cust-{customerId}"}))
        .await;
    let wanted = NewCheckout::subscription(MONTHLY_PRICE).for_user("cust-ada");
    let bought = scene.bought_as(wanted).await;

    let told = scene.told(&bought.id, &["new"]).await;

    assert_eq!(told[0]["external_user_id"], "ada");
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    let outcome = scene.claims("bob", &bought.id).await;
    assert_eq!(outcome["error"]["code"], "OWNED_BY_ANOTHER_CUSTOMER");
    assert!(subscriptions(&scene.broadcaster, "bob").await.is_empty());
}
