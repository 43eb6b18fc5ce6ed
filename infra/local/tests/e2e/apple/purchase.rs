//! What an app submits.

use local_stack::broadcaster::apple::{MONTHLY, PREMIUM, purchase_of};
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use reqwest::Method;
use serde_json::json;
use store_simulator::apple::model::{Action, Environment, NewPurchase};
use store_simulator::apple::{Forgery, Signing};

use super::{SUBMISSIONS, Scene};
use crate::story::{eventually, seconds, subscriptions, webhooks};

impl Scene {
    /// A transaction as the App Store hands it to the app.
    async fn signed(&self, id: &str, signing: &Signing) -> String {
        let signed = self.store().signed_transaction(id, signing).await.unwrap();
        // The parts that say something; the first one is about certificates.
        for part in signed.split('.').skip(1) {
            self.broadcaster.confidential.note(part).unwrap();
        }
        signed
    }
}

#[tokio::test]
async fn initial_purchase() {
    let scene = Scene::new().await;
    let id = scene.bought(MONTHLY).await;
    let bought = scene.store().purchase(&id).await.unwrap();
    let period = bought.latest().unwrap().web_order_line_item_id.clone();
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let signed = scene.signed(&id, &Signing::default()).await;
    let outcome = scene
        .hands_over("ada", &json!({"jwsRepresentation": signed}))
        .await;

    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    assert_eq!(outcome["offerId"], MONTHLY_OFFER);
    assert_eq!(outcome["accessGranted"], true);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    assert_eq!(scene.times_asked(&id).await, 1);
    let told = scene.told(&id, &["new"]).await;
    let state = scene.subscription("ada").await;
    let (start, end) = (bought.recent_start, bought.expires_date().unwrap());
    assert_eq!(state["transactionId"], id.as_str());
    assert_eq!(seconds(&state["periodEnd"]), end.as_second());
    assert_eq!(told[0]["external_user_id"], "ada");
    assert_eq!(told[0]["original_store"], "Apple Store");
    assert_eq!(told[0]["sku"], MONTHLY);
    assert_eq!(told[0]["package_name"], "Symphony Monthly");
    assert_eq!(told[0]["start_date"], start.as_second());
    assert_eq!(told[0]["end_date"], end.as_second());
    let created = eventually("the webhooks", async || {
        let messages = webhooks(&scene.broadcaster).await;
        let of = |topic: &str| messages.iter().find(|m| m["topic"] == topic).cloned();
        of("inappPurchaseValidationSucceeded").and(of("subscriptionCreated"))
    })
    .await;
    assert_eq!(created["data"]["paymentGateway"], "apple");
    assert_eq!(
        created["data"]["inAppSpecificData"],
        json!({
            "originalTransactionId": id, "transactionId": id, "webOrderLineItemId": period,
            "environment": "Sandbox", "type": "Auto-Renewable Subscription",
            "subscriptionGroupIdentifier": bought.group_id,
        })
    );
}

#[tokio::test]
async fn any_transaction_of_a_purchase_leads_to_it_also_for_another_customer() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let renewed = scene.happens(&id, Action::Renew).await;
    scene.told(&id, &["new", "renew"]).await;
    let latest = &renewed.latest().unwrap().transaction_id;
    assert_ne!(*latest, id);

    // As a number, and by the broadcaster's server.
    let number: u64 = latest.parse().unwrap();
    let body = json!({"customerId": "bob", "transactionId": number});
    let answer = scene
        .broadcaster
        .call(Method::POST, SUBMISSIONS, Some(&body))
        .await;
    let answer = answer.unwrap();
    assert_eq!(answer.status, 202, "{answer:?}");

    scene.access_becomes("bob", MONTHLY_OFFER, true).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "renew", "cancel", "new"]).await;
    assert_eq!(told[2]["external_user_id"], "ada");
    assert_eq!(told[3]["external_user_id"], "bob");
    let held = scene.subscription("bob").await;
    assert_eq!(held["transactionId"], id.as_str());
    let left = scene.subscription("ada").await;
    assert_eq!(left["terminated"]["reason"], "transferred");
}

#[tokio::test]
async fn what_a_device_hands_over_only_says_where_to_ask() {
    let scene = Scene::new().await;
    let id = scene.bought(MONTHLY).await;
    let forever = json!(4_102_444_800_000_u64);
    let signing = Signing::forged(Forgery::OwnRoot)
        .with("productId", json!(PREMIUM))
        .with("expiresDate", forever);
    let signed = scene.signed(&id, &signing).await;

    let outcome = scene
        .hands_over("ada", &json!({"signedTransaction": signed}))
        .await;

    assert_eq!(outcome["offerId"], MONTHLY_OFFER, "{outcome}");
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    let end = scene.store().purchase(&id).await.unwrap().expires_date();
    let state = scene.subscription("ada").await;
    assert_eq!(seconds(&state["periodEnd"]), end.unwrap().as_second());

    // Made up as a whole.
    let signing = Signing::forged(Forgery::WrongKey)
        .with("transactionId", json!("200001111111111"))
        .with("originalTransactionId", json!("200001111111111"));
    let signed = scene.signed(&id, &signing).await;
    let body = json!({"signedTransaction": signed});
    let outcome = scene.hands_over("eve", &body).await;
    assert_eq!(outcome["error"]["code"], "PURCHASE_NOT_FOUND", "{outcome}");
}

#[tokio::test]
async fn what_production_sold_and_what_nobody_bought_are_unknown() {
    let scene = Scene::new().await;
    let real = NewPurchase {
        environment: Environment::Production,
        ..purchase_of(MONTHLY)
    };
    let real = scene.bought_as(&real).await;

    for id in [real.as_str(), "200000000000001"] {
        let outcome = scene.submits("ada", id).await;
        assert_eq!(outcome["error"]["code"], "PURCHASE_NOT_FOUND", "{outcome}");
    }
    let signed = scene.signed(&real, &Signing::default()).await;
    let body = json!({"signedTransactionInfo": signed});
    let outcome = scene.hands_over("ada", &body).await;

    assert_eq!(outcome["error"]["code"], "STORE_REJECTED", "{outcome}");
    assert!(subscriptions(&scene.broadcaster, "ada").await.is_empty());
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
}
