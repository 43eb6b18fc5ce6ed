//! Statuses of all subscriptions of a customer.

use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase, Options};

use crate::{
    BUNDLE, START,
    scene::{Scene, millis},
};

#[tokio::test]
async fn a_subscription_is_shown_with_its_renewal() {
    let (scene, id) = Scene::bought().await;
    let (status, answer) = scene.get(&format!("/v1/subscriptions/{id}")).await;
    assert_eq!(status, 200);
    assert_eq!(answer["environment"], "Production");
    assert_eq!(answer["bundleId"], BUNDLE);
    assert_eq!(answer["appAppleId"], 1_234_567_890);
    assert_eq!(answer["data"][0]["subscriptionGroupIdentifier"], "21234567");
    let (status, transaction, renewal) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert_eq!(transaction["transactionId"], id);
    assert_eq!(renewal["originalTransactionId"], id);
    assert_eq!(renewal["productId"], "premium");
    assert_eq!(renewal["autoRenewProductId"], "premium");
    assert_eq!(renewal["autoRenewStatus"], 1);
    assert_eq!(renewal["isInBillingRetryPeriod"], false);
    assert_eq!(renewal["renewalDate"], millis("2026-12-15T00:00:00Z"));
    assert_eq!(renewal["renewalPrice"], 9_990);
    assert_eq!(renewal["recentSubscriptionStartDate"], millis(START));
    assert!(renewal.get("bundleId").is_none());
    assert!(renewal.get("expirationIntent").is_none());
}

#[tokio::test]
async fn any_id_of_the_customer_shows_all_groups() {
    let scene = Scene::set().await;
    let wanted = NewPurchase::of("premium").by_customer("anna");
    let premium = scene.buy(&wanted).await;
    let sports = NewPurchase::of("sports").by_customer("anna");
    let sports = scene.buy(&sports).await;
    scene
        .buy(&NewPurchase::of("basic").by_customer("ben"))
        .await;
    assert_eq!(premium.app_transaction_id, sports.app_transaction_id);
    let ids = [
        &premium.original_transaction_id,
        &sports.original_transaction_id,
        &sports.app_transaction_id,
    ];
    for id in ids {
        let (_, answer) = scene.get(&format!("/v1/subscriptions/{id}")).await;
        let groups = answer["data"].as_array().unwrap();
        assert_eq!(groups.len(), 2);
        for group in groups {
            assert_eq!(group["lastTransactions"].as_array().unwrap().len(), 1);
        }
    }
}

#[tokio::test]
async fn only_the_wanted_statuses_are_shown() {
    let (scene, id) = Scene::bought().await;
    let shown = async |query: &str| {
        let (status, answer) = scene.get(&format!("/v1/subscriptions/{id}{query}")).await;
        (status, answer["data"].as_array().map(Vec::len))
    };
    assert_eq!(shown("?status=1&status=4").await, (200, Some(1)));
    assert_eq!(shown("?status=2").await, (200, Some(0)));
    assert_eq!(shown("?status=6").await, (400, None));
}

#[tokio::test]
async fn the_asked_subscription_can_be_left_out() {
    let scene = Scene::set().await;
    let first = scene
        .buy(&NewPurchase::of("premium").by_customer("anna"))
        .await;
    let id = first.original_transaction_id;
    scene
        .act(&id, Action::EnterRetry, &Options::default())
        .await;
    let options = Options {
        new_original: true,
        ..Options::to_product("basic")
    };
    let second = scene.act(&id, Action::Resubscribe, &options).await.purchase;
    let entries = async || {
        let (_, answer) = scene.get(&format!("/v1/subscriptions/{id}")).await;
        let last = answer["data"][0]["lastTransactions"]
            .as_array()
            .unwrap()
            .clone();
        let ids = last
            .into_iter()
            .map(|one| one["originalTransactionId"].clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(entries().await.len(), 2);
    scene
        .store
        .reconfigure(&json!({"omitAsked": true}))
        .await
        .unwrap();
    assert_eq!(entries().await, [json!(second.original_transaction_id)]);
}
