//! The same purchase, another customer.

use local_stack::broadcaster::MONTHLY_OFFER;
use reqwest::Method;
use serde_json::json;

use crate::story::{
    beacon_types, broadcaster, broadcaster_with, claim, claimed, eventually, may_watch,
    subscriptions, webhooks,
};

#[tokio::test]
async fn moves_the_purchase_and_tells_both() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;

    let outcome = claim(&broadcaster, "bob", &purchase).await;

    assert_eq!(outcome["result"], "SubscriptionTransferred");
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    assert!(may_watch(&broadcaster, "bob", MONTHLY_OFFER).await);
    let told = beacon_types(&broadcaster, &purchase, &["new", "cancel", "new"]).await;
    assert_eq!(told[1]["external_user_id"], "ada");
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
    assert_eq!(told[2]["external_user_id"], "bob");
    let old = subscriptions(&broadcaster, "ada").await;
    let new = subscriptions(&broadcaster, "bob").await;
    assert_eq!(old[0]["terminated"]["reason"], "transferred");
    assert_ne!(old[0]["subscriptionId"], new[0]["subscriptionId"]);
    eventually("the validation names whose it was", async || {
        webhooks(&broadcaster).await.into_iter().find(|message| {
            message["topic"] == "inappPurchaseValidationSucceeded"
                && message["data"]["prevCustomerId"] == "ada"
                && message["data"]["prevSubscriptionId"] == old[0]["subscriptionId"]
        })
    })
    .await;
}

#[tokio::test]
async fn the_history_of_both_subscriptions_stays() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    claim(&broadcaster, "bob", &purchase).await;

    for (customer, kinds) in [
        ("ada", vec!["purchased", "transferred_out"]),
        ("bob", vec!["transferred_in"]),
    ] {
        let held = subscriptions(&broadcaster, customer).await;
        let path = format!(
            "/v1/subscriptions/{}",
            held[0]["subscriptionId"].as_str().unwrap()
        );
        eventually(customer, async || {
            let answer = broadcaster.call(Method::GET, &path, None).await.unwrap();
            let events = answer.body["history"]["events"].as_array()?.clone();
            let seen: Vec<_> = events.iter().map(|e| e["kind"].as_str().unwrap()).collect();
            let numbers: Vec<_> = events
                .iter()
                .map(|e| e["sequence"].as_u64().unwrap())
                .collect();
            let counted: Vec<_> = (1..).take(numbers.len()).collect();
            (seen == kinds && numbers == counted).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn is_refused_where_the_broadcaster_says_so() {
    let broadcaster = broadcaster_with(&json!({"transfer": "refuse"})).await;
    let purchase = claimed(&broadcaster, "ada").await;

    let outcome = claim(&broadcaster, "bob", &purchase).await;

    assert_eq!(outcome["status"], "failure");
    assert_eq!(outcome["error"]["code"], "OWNED_BY_ANOTHER_CUSTOMER");
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    assert!(!may_watch(&broadcaster, "bob", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn the_same_customer_again_changes_nothing() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["result"], "SubscriptionSynchronized");
    beacon_types(&broadcaster, &purchase, &["new"]).await;
    assert_eq!(subscriptions(&broadcaster, "ada").await.len(), 1);
}
