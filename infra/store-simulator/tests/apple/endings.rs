//! Cancellations, ends, and resubscriptions.

use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase, Options, WhyExpired};

use crate::{
    ACCOUNT,
    scene::{Scene, millis},
};

#[tokio::test]
async fn a_cancelled_subscription_goes_on_until_its_end() {
    let (scene, id) = Scene::bought().await;
    let kinds = scene.kinds(&id, Action::Cancel, &Options::default()).await;
    assert_eq!(kinds, ["DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED"]);
    let (status, _, renewal) = scene.status(&id).await;
    assert_eq!((status, &renewal["autoRenewStatus"]), (1, &json!(0)));
    assert!(renewal.get("renewalDate").is_none());
    let kinds = scene
        .kinds(&id, Action::Reactivate, &Options::default())
        .await;
    assert_eq!(kinds, ["DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_ENABLED"]);
    scene.act(&id, Action::Cancel, &Options::default()).await;
    let outcome = scene.act(&id, Action::Expire, &Options::default()).await;
    assert_eq!(outcome.notifications[0].kind, "EXPIRED/VOLUNTARY");
    assert_eq!(outcome.now.to_string(), "2026-12-15T00:00:00Z");
    let (status, _, renewal) = scene.status(&id).await;
    assert_eq!((status, &renewal["expirationIntent"]), (2, &json!(1)));
}

#[tokio::test]
async fn a_cancelled_subscription_reads_as_expired_once_its_end_has_passed() {
    let (scene, id) = Scene::bought().await;
    scene.act(&id, Action::Cancel, &Options::default()).await;
    scene.store.advance_clock(31 * 86_400).await.unwrap();
    let (status, _, renewal) = scene.status(&id).await;
    assert_eq!((status, &renewal["expirationIntent"]), (2, &json!(1)));
}

#[tokio::test]
async fn an_end_has_its_reason() {
    for (why, kind, intent) in [
        (
            WhyExpired::ProductNotForSale,
            "EXPIRED/PRODUCT_NOT_FOR_SALE",
            4,
        ),
        (WhyExpired::PriceIncrease, "EXPIRED/PRICE_INCREASE", 3),
        (WhyExpired::Other, "EXPIRED", 5),
    ] {
        let (scene, id) = Scene::bought().await;
        let kinds = scene
            .kinds(&id, Action::Expire, &Options::because(why))
            .await;
        assert_eq!(kinds, [kind]);
        let (status, _, renewal) = scene.status(&id).await;
        assert_eq!((status, &renewal["expirationIntent"]), (2, &json!(intent)));
    }
}

#[tokio::test]
async fn what_expires_with_renewals_on_was_cancelled_before() {
    let (scene, id) = Scene::bought().await;
    let kinds = scene.kinds(&id, Action::Expire, &Options::default()).await;
    let expected = [
        "DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED",
        "EXPIRED/VOLUNTARY",
    ];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn bought_again_it_keeps_its_original_id_and_may_have_another_owner() {
    let (scene, id) = Scene::bought().await;
    let plain = Options::default();
    assert_eq!(scene.refusal(&id, Action::Resubscribe, &plain).await, 409);
    scene.act(&id, Action::Expire, &plain).await;
    let other = "0b0b3c3e-1a1a-4b4b-8c8c-1d1d1d1d1d1d";
    let options = Options {
        app_account_token: Some(other.to_owned()),
        ..Options::to_product("basic")
    };
    let kinds = scene.kinds(&id, Action::Resubscribe, &options).await;
    assert_eq!(kinds, ["SUBSCRIBED/RESUBSCRIBE"]);
    let (status, shown, renewal) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert_eq!(shown["originalTransactionId"], id);
    assert_eq!(shown["productId"], "basic");
    assert_eq!(shown["appAccountToken"], other);
    assert_eq!(shown["transactionReason"], "PURCHASE");
    assert_eq!(
        renewal["recentSubscriptionStartDate"],
        millis("2026-12-15T00:00:00Z")
    );
    assert_eq!(scene.transaction(&id).await["appAccountToken"], ACCOUNT);
}

#[tokio::test]
async fn bought_again_in_the_retry_period_it_may_be_a_subscription_of_its_own() {
    let (scene, id) = Scene::bought().await;
    scene
        .act(&id, Action::EnterRetry, &Options::default())
        .await;
    let options = Options {
        new_original: true,
        ..Options::to_product("yearly")
    };
    let outcome = scene.act(&id, Action::Resubscribe, &options).await;
    let other = outcome.purchase.original_transaction_id;
    assert_ne!(other, id);
    assert_eq!(scene.status(&id).await.0, 3);
    assert_eq!(scene.status(&other).await.0, 1);
    let kinds = scene.kinds(&id, Action::Expire, &Options::default()).await;
    assert_eq!(kinds, ["EXPIRED/BILLING_RETRY"]);
}

#[tokio::test]
async fn a_customer_has_one_subscription_of_a_group_at_a_time() {
    let scene = Scene::set().await;
    let wanted = NewPurchase::of("premium").by_customer("anna");
    let first = scene.store.buy(&wanted).await.unwrap();
    assert_eq!(first.notifications[0].kind, "SUBSCRIBED/INITIAL_BUY");
    assert!(scene.store.buy(&wanted).await.is_err());
    let id = first.purchase.original_transaction_id;
    scene.act(&id, Action::Expire, &Options::default()).await;
    let again = scene.store.buy(&wanted).await.unwrap();
    assert_eq!(again.notifications[0].kind, "SUBSCRIBED/RESUBSCRIBE");
    assert_ne!(again.purchase.original_transaction_id, id);
}
