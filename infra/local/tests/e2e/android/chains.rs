//! Purchases of which each has taken over from the one before: together they are one subscription.

use local_stack::broadcaster::{
    BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT, PREMIUM_OFFER, PREMIUM_PRODUCT,
};
use store_simulator::android::CustomPush;
use store_simulator::android::model::{Action, Options, Purchase};

use super::Scene;
use crate::story::{eventually, subscriptions};

fn to_premium() -> Options {
    Options::to_plan(PREMIUM_PRODUCT, BASE_PLAN)
}

/// A subscription of ada, upgraded: the old token, and the new purchase.
async fn upgraded(scene: &Scene) -> (String, Purchase) {
    let old = scene.subscribed("ada").await;
    let new = scene
        .happens_with(&old, Action::Replace, &to_premium())
        .await;
    scene.access_becomes("ada", PREMIUM_OFFER, true).await;
    (old, new)
}

#[tokio::test]
async fn an_old_token_never_grants_a_second_entitlement() {
    let scene = Scene::new().await;
    let (old, _) = upgraded(&scene).await;

    for customer in ["ada", "bob"] {
        let outcome = scene.submits(customer, &old).await;
        assert_eq!(outcome["error"]["code"], "PURCHASE_REPLACED", "{customer}");
    }

    assert!(!scene.may_watch("bob", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("bob", PREMIUM_OFFER).await);
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    assert!(subscriptions(&scene.broadcaster, "bob").await.is_empty());
}

#[tokio::test]
async fn the_end_of_a_replaced_token_never_ends_access() {
    let scene = Scene::new().await;
    for (customer, reverse_order) in [("ada", false), ("bob", true)] {
        let old = scene.subscribed(customer).await;
        let options = Options {
            reverse_order,
            ..to_premium()
        };

        let new = scene.happens_with(&old, Action::Replace, &options).await;
        scene.delivered().await;
        scene.access_becomes(customer, PREMIUM_OFFER, true).await;

        // And once more, long after.
        let late = CustomPush::of_type(13, old.as_str());
        scene.store().notify(&late).await.unwrap();
        scene.delivered().await;
        scene.happens(&new.purchase_token, Action::Renew).await;
        scene.told(&new.purchase_token, &["new", "renew"]).await;
        assert!(scene.may_watch(customer, PREMIUM_OFFER).await);
        assert_eq!(subscriptions(&scene.broadcaster, customer).await.len(), 1);
    }
}

#[tokio::test]
async fn a_switch_whose_purchase_was_never_told_waits_for_the_app_s_word() {
    let scene = Scene::new().await;
    let old = scene.subscribed("ada").await;
    let silent = to_premium().silently();
    let new = scene.happens_with(&old, Action::Replace, &silent).await;
    let asked = scene.times_asked(&old).await;
    let only_the_end = CustomPush::of_type(13, old.as_str());
    scene.store().notify(&only_the_end).await.unwrap();
    eventually("the store is asked", async || {
        (scene.times_asked(&old).await > asked).then_some(())
    })
    .await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    let outcome = scene.submits("ada", &new.purchase_token).await;

    assert_eq!(outcome["result"], "SubscriptionSynchronized", "{outcome}");
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert_eq!(subscriptions(&scene.broadcaster, "ada").await.len(), 1);
}

#[tokio::test]
async fn the_tokens_before_one_that_is_claimed_are_known_to_be_replaced() {
    let scene = Scene::new().await;
    let first = scene.bought(MONTHLY_PRODUCT).await;
    scene.app_acknowledges(&first).await;
    let second = scene
        .happens_with(&first, Action::Replace, &to_premium().silently())
        .await;
    scene.app_acknowledges(&second.purchase_token).await;
    let third = scene
        .happens(&second.purchase_token, Action::Cancel)
        .await
        .purchase_token;
    let third = scene
        .happens_with(&third, Action::Resubscribe, &Options::default().silently())
        .await;

    let outcome = scene.submits("ada", &third.purchase_token).await;
    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");

    for earlier in [first.as_str(), &second.purchase_token] {
        let outcome = scene.submits("bob", earlier).await;
        assert_eq!(outcome["error"]["code"], "PURCHASE_REPLACED");
    }
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    assert!(!scene.may_watch("bob", PREMIUM_OFFER).await);
}
