//! What a store's answer makes of a claim that can't succeed.

use local_stack::broadcaster::{Broadcaster, MONTHLY_PLAN};
use local_stack::customer_key::CustomerKey;
use serde_json::json;
use store_simulator::vizio::{NewSubscription, Plan};

use crate::story::{bought, broadcaster, claim, eventually, stack, unique, webhooks};

#[tokio::test]
async fn an_unknown_purchase_is_not_found() {
    let broadcaster = broadcaster().await;

    let outcome = claim(&broadcaster, "ada", "vzs-nobody-bought-this").await;

    assert_eq!(outcome["status"], "failure");
    assert_eq!(outcome["error"]["code"], "PURCHASE_NOT_FOUND");
    assert_eq!(outcome["accessGranted"], false);
    eventually("the validation is told to have failed", async || {
        webhooks(&broadcaster).await.into_iter().find(|message| {
            message["topic"] == "inappPurchaseValidationFailed"
                && message["data"]["errorCode"] == "PURCHASE_NOT_FOUND"
                && message["data"]["customerId"] == "ada"
        })
    })
    .await;
}

#[tokio::test]
async fn an_ended_purchase_is_expired() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    broadcaster.vizio().expire(&purchase).await.unwrap();

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["error"]["code"], "PURCHASE_EXPIRED");
}

#[tokio::test]
async fn a_product_without_an_offer_is_not_mapped() {
    let broadcaster = broadcaster().await;
    let plans = [
        Plan::monthly(MONTHLY_PLAN, "8.99", "USD"),
        Plan::monthly("unlisted", "1.99", "USD"),
    ];
    broadcaster
        .vizio()
        .reconfigure(&json!({"plans": plans}))
        .await
        .unwrap();
    let purchase = format!("vzs-{}", unique());
    let wanted = NewSubscription::of_plan("unlisted")
        .with_id(&purchase)
        .silently();
    broadcaster.vizio().buy(&wanted).await.unwrap();

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["error"]["code"], "PRODUCT_NOT_MAPPED");
}

#[tokio::test]
async fn a_store_without_credentials_is_not_configured() {
    let key = CustomerKey::generate().unwrap();
    let id = unique().to_string();
    let broadcaster = Broadcaster::create_bare(&stack(), &id, &key, &json!({}))
        .await
        .unwrap();

    let outcome = claim(&broadcaster, "ada", "vzs-1").await;

    assert_eq!(outcome["error"]["code"], "NOT_CONFIGURED");
}
