//! The initial purchase.

use local_stack::broadcaster::{
    BASE_PLAN, Broadcaster, MONTHLY_OFFER, MONTHLY_PRODUCT, PREMIUM_OFFER, base_plans,
};
use local_stack::customer_key::CustomerKey;
use reqwest::Method;
use serde_json::json;
use store_simulator::android::model::{BasePlan, NewPurchase};
use store_simulator::{Faults, LookupFault};

use super::Scene;
use crate::due::{deferred, make_due, reconcile};
use crate::story::{eventually, seconds, stack, subscriptions, unique, webhooks};

#[tokio::test]
async fn initial_purchase() {
    let scene = Scene::new().await;
    let wanted = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN).as_test();
    let token = scene.bought_as(wanted.silently()).await;
    let bought = scene.store().purchase(&token).await.unwrap();
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    // The receipt as the app's billing library hands it over.
    let body = json!({
        "offerId": MONTHLY_OFFER,
        "receipt": {
            "orderId": bought.order_id, "packageName": scene.store().package_name(),
            "productId": MONTHLY_PRODUCT, "purchaseTime": 1_793_871_000_000_u64,
            "purchaseState": 0, "purchaseToken": token, "developerPayload": "",
        },
    });
    let outcome = scene.pays_with("ada", body).await;

    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    assert_eq!(outcome["offerId"], MONTHLY_OFFER);
    assert_eq!(outcome["accessGranted"], true);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    scene.acknowledged(&token).await;
    let told = scene.told(&token, &["new"]).await;
    let state = scene.subscription("ada").await;
    assert_eq!(state["transactionId"], token.as_str());
    assert_eq!(told[0]["external_user_id"], "ada");
    assert_eq!(told[0]["original_store"], "Google Play");
    assert_eq!(told[0]["sku"], MONTHLY_PRODUCT);
    assert_eq!(told[0]["package_name"], "Symphony Monthly");
    assert_eq!(told[0]["end_date"], seconds(&state["periodEnd"]));
    let validated = eventually("the webhooks", async || {
        let messages = webhooks(&scene.broadcaster).await;
        let of = |topic: &str| messages.iter().find(|m| m["topic"] == topic).cloned();
        of("subscriptionCreated").and(of("inappPurchaseValidationSucceeded"))
    })
    .await;
    assert_eq!(
        validated["data"]["inAppSpecificData"],
        json!({
            "purchaseToken": token, "packageName": scene.store().package_name(),
            "orderId": bought.order_id,
        })
    );
}

#[tokio::test]
async fn a_payment_takes_a_publisher_token_or_a_customer_s_token() {
    let scene = Scene::new().await;
    let broadcaster = &scene.broadcaster;
    let (one, other) = (
        scene.bought(MONTHLY_PRODUCT).await,
        scene.bought(MONTHLY_PRODUCT).await,
    );
    let path = "/android/payment";

    let by_app = scene.pays("ada", MONTHLY_OFFER, &one).await;
    assert_eq!(by_app["status"], "success");

    let mut body = scene.payment(MONTHLY_OFFER, &other);
    let nobody = broadcaster
        .call(Method::POST, path, Some(&body))
        .await
        .unwrap();
    assert_eq!(nobody.status, 400, "{nobody:?}");
    body["customerEmail"] = json!("Bea@Example.test");
    let by_server = broadcaster
        .call(Method::POST, path, Some(&body))
        .await
        .unwrap();
    assert_eq!(by_server.status, 202, "{by_server:?}");
    // The address, in lower case, is the customer's id.
    scene
        .access_becomes("bea@example.test", MONTHLY_OFFER, true)
        .await;

    let bare = broadcaster.api.request(Method::POST, path).json(&body);
    assert_eq!(bare.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_product_without_an_offer_is_not_mapped() {
    let scene = Scene::new().await;
    let mut plans = base_plans();
    plans.push(BasePlan::monthly("unlisted", BASE_PLAN, "1.99", "USD"));
    let changes = json!({ "plans": plans });
    scene.store().reconfigure(&changes).await.unwrap();
    let token = scene.bought("unlisted").await;

    let outcome = scene.submits("ada", &token).await;

    assert_eq!(outcome["error"]["code"], "PRODUCT_NOT_MAPPED");
    assert!(!scene.store().purchase(&token).await.unwrap().acknowledged);
}

#[tokio::test]
async fn a_token_that_google_does_not_know_yet_is_asked_for_again() {
    let scene = Scene::new().await;
    let token = format!("early-{}", uuid::Uuid::new_v4());
    let body = scene.payment(MONTHLY_OFFER, &token);
    let correlation = scene.queued_at("/android/payment", "ada", &body).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let wanted = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN)
        .with_token(token.as_str())
        .silently();
    scene.store().buy(&wanted).await.unwrap();

    let outcome = scene.outcome("ada", &correlation).await;
    assert_eq!(outcome["status"], "success", "{outcome}");
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn polling_entitlements_until_access_is_granted() {
    let scene = Scene::new().await;
    let token = scene.bought(MONTHLY_PRODUCT).await;
    let faults = Faults {
        lookup: vec![LookupFault::status(503).times(2)],
        ..Faults::default()
    };
    scene.store().set_faults(&faults).await.unwrap();

    let body = scene.payment(MONTHLY_OFFER, &token);
    scene.queued_at("/android/payment", "ada", &body).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
}

#[tokio::test]
async fn moves_to_another_customer() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;

    let outcome = scene.pays("bob", MONTHLY_OFFER, &token).await;

    assert_eq!(outcome["result"], "SubscriptionTransferred");
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(scene.may_watch("bob", MONTHLY_OFFER).await);
    let told = scene.told(&token, &["new", "cancel", "new"]).await;
    assert_eq!(told[1]["external_user_id"], "ada");
    assert_eq!(told[2]["external_user_id"], "bob");
    let (old, new) = (
        scene.subscription("ada").await,
        scene.subscription("bob").await,
    );
    assert_eq!(old["terminated"]["reason"], "transferred");
    assert_ne!(old["subscriptionId"], new["subscriptionId"]);
}

#[tokio::test]
async fn nothing_works_without_a_service_account() {
    let key = CustomerKey::generate().unwrap();
    let id = unique().to_string();
    let broadcaster = Broadcaster::create_bare(&stack(), &id, &key, &json!({}))
        .await
        .unwrap();
    let scene = Scene::of(broadcaster);

    let outcome = scene.pays("ada", MONTHLY_OFFER, "any-token").await;
    assert_eq!(outcome["error"]["code"], "NOT_CONFIGURED");

    let broken = json!({"type": "service_account", "client_email": "a@example.test"});
    for (account, field) in [
        (
            json!({"packageNames": ["com.example.app"]}),
            "serviceAccount",
        ),
        (
            json!({"packageNames": ["com.example.app"], "serviceAccount": broken}),
            "serviceAccount.private_key",
        ),
    ] {
        let path = "/v1/stores/android";
        let answer = scene.broadcaster.call(Method::PUT, path, Some(&account));
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 400);
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.contains(field), "{message}");
    }
}

#[tokio::test]
async fn a_service_account_that_is_not_valid_yet_only_delays() {
    let scene = Scene::new().await;
    let refused = json!({"refusals": {"token": 401}});
    scene.store().reconfigure(&refused).await.unwrap();
    let token = scene.bought(MONTHLY_PRODUCT).await;
    let body = scene.payment(MONTHLY_OFFER, &token);
    let correlation = scene.queued_at("/android/payment", "ada", &body).await;
    eventually("it is put off", async || {
        let submissions = deferred(&scene.broadcaster, "purchases").await;
        (submissions.len() == 1).then_some(())
    })
    .await;
    assert!(subscriptions(&scene.broadcaster, "ada").await.is_empty());

    scene
        .store()
        .reconfigure(&json!({"refusals": {}}))
        .await
        .unwrap();
    // The submission, and the reading of Google's list of voided purchases.
    assert_eq!(make_due(&scene.broadcaster, "purchases").await, 2);
    reconcile().await;

    let outcome = scene.outcome("ada", &correlation).await;
    assert_eq!(outcome["status"], "success");
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}
