//! The seven cases by which an integration with Vizio is tested.

use std::time::Duration;

use local_stack::broadcaster::{MONTHLY_OFFER, MONTHLY_PLAN, PREMIUM_OFFER, PREMIUM_PLAN};
use serde_json::json;
use store_simulator::vizio::Plan;

use crate::story::{
    beacon_types, bought, broadcaster, broadcaster_with, claim, claimed, eventually, has_status,
    may_watch, seconds, subscriptions, webhooks,
};

#[tokio::test]
async fn initial_purchase() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["result"], "SubscriptionCreated");
    assert_eq!(outcome["offerId"], MONTHLY_OFFER);
    assert_eq!(outcome["accessGranted"], true);
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    assert!(!may_watch(&broadcaster, "ada", PREMIUM_OFFER).await);
    let told = beacon_types(&broadcaster, &purchase, &["new"]).await;
    let state = &subscriptions(&broadcaster, "ada").await[0];
    assert_eq!(told[0]["external_user_id"], "ada");
    assert_eq!(told[0]["original_store"], "Vizio Store");
    assert_eq!(told[0]["package_name"], "Symphony Monthly");
    assert_eq!(told[0]["end_date"], seconds(&state["periodEnd"]));
    let messages = eventually("two webhooks", async || {
        let messages = webhooks(&broadcaster).await;
        (messages.len() == 2).then_some(messages)
    })
    .await;
    let topics: Vec<_> = messages
        .iter()
        .map(|m| m["topic"].as_str().unwrap())
        .collect();
    assert!(
        topics.contains(&"inappPurchaseValidationSucceeded"),
        "{topics:?}"
    );
    assert!(topics.contains(&"subscriptionCreated"), "{topics:?}");
}

#[tokio::test]
async fn recurring_payment() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let before = subscriptions(&broadcaster, "ada").await;

    broadcaster.vizio().renew(&purchase).await.unwrap();

    let told = beacon_types(&broadcaster, &purchase, &["new", "renew"]).await;
    assert_eq!(told[1]["start_date"], seconds(&before[0]["periodEnd"]));
    assert!(told[1]["end_date"].as_i64() > told[0]["end_date"].as_i64());
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn switch_up_at_once() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;

    broadcaster
        .vizio()
        .upgrade(&purchase, PREMIUM_PLAN)
        .await
        .unwrap();

    let told = beacon_types(&broadcaster, &purchase, &["new", "renew"]).await;
    assert_eq!(told[1]["sku"], PREMIUM_PLAN);
    assert_eq!(told[1]["package_name"], "Symphony Premium");
    assert!(may_watch(&broadcaster, "ada", PREMIUM_OFFER).await);
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn switch_down_at_renewal() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;

    broadcaster
        .vizio()
        .downgrade(&purchase, PREMIUM_PLAN)
        .await
        .unwrap();
    eventually("the switch is scheduled", async || {
        let all = subscriptions(&broadcaster, "ada").await;
        (all[0]["pendingProductId"] == PREMIUM_PLAN).then_some(())
    })
    .await;
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    broadcaster.vizio().renew(&purchase).await.unwrap();

    let told = beacon_types(&broadcaster, &purchase, &["new", "renew"]).await;
    assert_eq!(told[1]["sku"], PREMIUM_PLAN);
    assert!(may_watch(&broadcaster, "ada", PREMIUM_OFFER).await);
}

#[tokio::test]
async fn cancellation_keeps_access_to_the_end() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;

    broadcaster.vizio().cancel(&purchase).await.unwrap();

    let told = beacon_types(&broadcaster, &purchase, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[0]["end_date"]);
    assert!(told[1]["cancellation_date"].as_i64() < told[1]["end_date"].as_i64());
    assert!(told[1].get("start_date").is_none());
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn reactivation_before_the_end() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    broadcaster.vizio().cancel(&purchase).await.unwrap();
    has_status(&broadcaster, "ada", "cancelled").await;

    broadcaster.vizio().reactivate(&purchase).await.unwrap();

    let told = beacon_types(&broadcaster, &purchase, &["new", "cancel", "resume"]).await;
    assert_eq!(told[2]["end_date"], told[0]["end_date"]);
    has_status(&broadcaster, "ada", "active").await;
}

#[tokio::test]
async fn payment_failed_with_grace_keeps_access() {
    let broadcaster = broadcaster_with(&json!({"grace": "renew", "dateUnit": "ms"})).await;
    let purchase = claimed(&broadcaster, "ada").await;

    let week = 40 * 86_400;
    broadcaster
        .vizio()
        .fail(&purchase, Some(week))
        .await
        .unwrap();

    has_status(&broadcaster, "ada", "grace").await;
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    let told = beacon_types(&broadcaster, &purchase, &["new", "renew"]).await;
    assert!(told[1]["end_date"].as_i64() > told[0]["end_date"].as_i64());
    assert!(
        told[1]["end_date"].as_i64().unwrap() > 1_000_000_000_000,
        "milliseconds"
    );

    broadcaster.vizio().recover(&purchase).await.unwrap();
    has_status(&broadcaster, "ada", "active").await;
}

#[tokio::test]
async fn payment_failed_without_grace_suspends_access() {
    let broadcaster = broadcaster().await;
    let monthly = Plan::monthly(MONTHLY_PLAN, "8.99", "USD");
    let plans = async |plan: Plan| {
        let plans = json!({"plans": [plan]});
        broadcaster.vizio().reconfigure(&plans).await.unwrap();
    };
    plans(monthly.clone().lasting_seconds(3)).await;
    let purchase = claimed(&broadcaster, "ada").await;
    tokio::time::sleep(Duration::from_secs(3)).await;

    broadcaster.vizio().fail(&purchase, None).await.unwrap();

    has_status(&broadcaster, "ada", "on_hold").await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    let told = beacon_types(&broadcaster, &purchase, &["new", "hold"]).await;
    assert!(told[1].get("end_date").is_none());

    plans(monthly).await;
    broadcaster.vizio().recover(&purchase).await.unwrap();
    beacon_types(&broadcaster, &purchase, &["new", "hold", "resume"]).await;
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn expiration_after_cancellation() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    broadcaster.vizio().cancel(&purchase).await.unwrap();
    has_status(&broadcaster, "ada", "cancelled").await;

    broadcaster.vizio().expire(&purchase).await.unwrap();

    has_status(&broadcaster, "ada", "expired").await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    // The store ended it earlier than the first cancel said, so the end is told again.
    let told = beacon_types(&broadcaster, &purchase, &["new", "cancel", "cancel"]).await;
    assert!(told[2]["end_date"].as_i64() < told[1]["end_date"].as_i64());
    eventually("subscriptionTerminated", async || {
        webhooks(&broadcaster)
            .await
            .into_iter()
            .find(|m| m["topic"] == "subscriptionTerminated" && m["data"]["reason"] == "expired")
    })
    .await;
}

#[tokio::test]
async fn refund_ends_access_at_once() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;

    broadcaster.vizio().refund(&purchase).await.unwrap();

    has_status(&broadcaster, "ada", "revoked").await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    let told = beacon_types(&broadcaster, &purchase, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
}
