//! What is submitted, and what it has to fit.

use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::stripe::MONTHLY_PRICE;
use reqwest::Method;
use serde_json::json;
use store_simulator::stripe::model::{Action, NewCheckout};

use super::Scene;
use crate::configuration::refused;
use crate::story::{SOON, eventually, subscriptions, time_limit};

#[tokio::test]
async fn each_id_of_a_purchase_leads_to_the_same_subscription_whoever_submits_it() {
    let scene = Scene::new().await;
    let bought = scene.bought().await;
    let payment = &bought.payment_intents[0].payment_intent_id;

    for (body, result) in [
        (
            json!({"paymentIntentId": payment, "couponCode": "WELCOME"}),
            "SubscriptionCreated",
        ),
        (
            json!({"subscriptionId": bought.id}),
            "SubscriptionSynchronized",
        ),
        (
            json!({"checkoutSessionId": bought.session_id()}),
            "SubscriptionSynchronized",
        ),
    ] {
        let outcome = scene.hands_over("ada", &body).await;
        assert_eq!(outcome["result"], result, "{outcome}");
    }
    assert_eq!(scene.subscription("ada").await["offerId"], MONTHLY_OFFER);

    let body = json!({"checkoutSessionId": bought.session_id()});
    let outcome = scene.hands_over("bob", &body).await;

    assert_eq!(outcome["result"], "SubscriptionTransferred");
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(scene.may_watch("bob", MONTHLY_OFFER).await);
    let told = scene.told(&bought.id, &["new", "cancel", "new"]).await;
    assert_eq!(told[1]["external_user_id"], "ada");
    assert_eq!(told[2]["external_user_id"], "bob");
}

#[tokio::test]
async fn what_is_submitted_must_be_of_this_account_and_this_mode() {
    let (scene, other) = (Scene::new().await, Scene::new().await);
    for (body, field) in [
        (json!({"customerId": "ada"}), "subscriptionId"),
        (
            json!({"customerId": "ada", "subscriptionId": "sub_sched_1"}),
            "subscriptionId",
        ),
        (
            json!({"customerId": "ada", "checkoutSessionId": "pi_1"}),
            "checkoutSessionId",
        ),
    ] {
        let path = "/stripe/purchase-validation";
        let refused = refused(&scene.broadcaster, Method::POST, path, Some(&body)).await;
        let (status, code, message) = refused;
        assert_eq!((status, code.as_str()), (400, "REQ0001"), "{body}");
        assert!(message.contains(field), "{body}: {message}");
    }
    let live = NewCheckout::subscription(MONTHLY_PRICE).silently();
    let live = scene.store().buy(&live.in_live_mode()).await.unwrap();
    let live = scene.noted(live.purchase);
    let theirs = other.subscribed("eve").await;

    for id in ["sub_1Nobody", &live.id, &theirs] {
        let outcome = scene.claims("ada", id).await;
        assert_eq!(outcome["error"]["code"], "PURCHASE_NOT_FOUND", "{id}");
    }

    assert!(subscriptions(&scene.broadcaster, "ada").await.is_empty());
    assert!(other.may_watch("eve", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn waits_for_the_first_payment() {
    let scene = Scene::new().await;
    let wanted = NewCheckout::subscription(MONTHLY_PRICE).incomplete();
    let bought = scene.bought_as(wanted.silently()).await;
    let body = json!({"subscriptionId": bought.id});
    let correlation = scene.queued("ada", &body).await;
    eventually("the store was asked", async || {
        (scene.times_asked(&bought.id).await > 0).then_some(())
    })
    .await;
    // The same submission while one is pending has the same id.
    assert_eq!(scene.queued("ada", &body).await, correlation);
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&bought.id, Action::CompletePayment).await;

    scene.told(&bought.id, &["new"]).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    let outcome = scene
        .broadcaster
        .outcome_of("stripe", "ada", &correlation, time_limit(SOON))
        .await;
    assert_eq!(outcome.unwrap()["status"], "success");
}
