//! What happens to a subscription, as Amazon tells it.

use local_stack::broadcaster::amazon::{MONTHLY, PREMIUM};
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use serde_json::json;
use store_simulator::amazon::CustomMessage;
use store_simulator::amazon::model::{Action, NewPurchase, Options};

use super::{Scene, end};
use crate::story::{eventually, seconds, subscriptions, webhooks};

#[tokio::test]
async fn a_life_from_the_trial_over_a_declined_payment_to_the_refund() {
    let scene = Scene::new().await;
    let trial = NewPurchase::of(MONTHLY).in_sandbox().silently();
    let receipt = scene.bought_as(trial).await;
    let outcome = scene.submits("ada", &receipt).await;
    assert_eq!(outcome["status"], "success", "{outcome}");
    let told = scene.told(&receipt.receipt_id, &["new"]).await;
    assert_eq!(told[0]["trial_end_date"], end(&receipt));

    let paid = scene.happens(&receipt, Action::ConvertTrial).await;
    let told = scene.told(&receipt.receipt_id, &["new", "renew"]).await;
    assert_eq!(told[1]["start_date"], end(&receipt));
    assert_eq!(told[1]["end_date"], end(&paid));

    let waiting = scene.happens(&receipt, Action::EnterGrace).await;
    let state = scene.is("ada", "grace").await;
    let until = waiting.grace_ends.unwrap().as_second();
    assert_eq!(seconds(&state["graceEnd"]), until);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    let renewed = scene.happens(&receipt, Action::Recover).await;
    let told = scene
        .told(&receipt.receipt_id, &["new", "renew", "renew"])
        .await;
    assert_eq!(told[2]["end_date"], end(&renewed));
    scene.is("ada", "active").await;

    scene.happens(&receipt, Action::TurnAutoRenewOff).await;
    let mut types = vec!["new", "renew", "renew", "cancel"];
    let told = scene.told(&receipt.receipt_id, &types).await;
    assert_eq!(told[3]["end_date"], end(&renewed));
    assert!(told[3]["cancellation_date"].as_i64() < told[3]["end_date"].as_i64());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&receipt, Action::TurnAutoRenewOn).await;
    types.push("resume");
    let told = scene.told(&receipt.receipt_id, &types).await;
    assert_eq!(told[4]["end_date"], end(&renewed));

    scene.happens(&receipt, Action::CancelOrder).await;
    types.push("cancel");
    let told = scene.told(&receipt.receipt_id, &types).await;
    assert_eq!(told[5]["end_date"], told[5]["cancellation_date"]);
    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn another_plan_at_once_goes_on_with_the_subscription() {
    let scene = Scene::new().await;
    // Of the old receipt's end nothing need be told; if it is, it may come first.
    for (customer, announce_old, reverse_order) in [("ada", false, false), ("eve", true, true)] {
        let old = scene.subscribed(customer).await;
        let before = scene.subscription(customer).await;
        let options = Options {
            announce_old,
            reverse_order,
            ..Options::to_term(PREMIUM)
        };

        let new = scene.happens_with(&old, Action::ChangeNow, options).await;

        scene.access_becomes(customer, PREMIUM_OFFER, true).await;
        scene.delivered().await;
        scene.told(&old.receipt_id, &["new", "cancel"]).await;
        let told = scene.told(&new.receipt_id, &["new"]).await;
        assert_eq!(told[0]["sku"], PREMIUM);
        assert_eq!(told[0]["start_date"], new.purchased_at.as_second());
        assert_eq!(told[0]["end_date"], end(&new));
        assert!(!scene.may_watch(customer, MONTHLY_OFFER).await);
        let state = scene.subscription(customer).await;
        assert_eq!(state["subscriptionId"], before["subscriptionId"]);
        assert_eq!(state["transactionId"], new.receipt_id.as_str());

        // And once more, long after.
        let late = CustomMessage::of_type("SUBSCRIPTION_CANCELLED", &old);
        scene.says(&late).await;
        scene.happens(&new, Action::Renew).await;
        scene.told(&new.receipt_id, &["new", "renew"]).await;
        assert!(scene.may_watch(customer, PREMIUM_OFFER).await);
        let outcome = scene.submits("mia", &old).await;
        assert_eq!(outcome["error"]["code"], "PURCHASE_REPLACED", "{outcome}");
    }
    eventually("the switch is told", async || {
        webhooks(&scene.broadcaster)
            .await
            .into_iter()
            .find(|message| {
                message["topic"] == "subscriptionSwitched"
                    && message["data"]["prevProductId"] == MONTHLY
                    && message["data"]["productId"] == PREMIUM
            })
    })
    .await;
    assert!(subscriptions(&scene.broadcaster, "mia").await.is_empty());
}

#[tokio::test]
async fn an_app_that_is_quicker_than_the_word_of_another_plan_leaves_nothing_behind() {
    let scene = Scene::new().await;
    let old = scene.subscribed("ada").await;
    let silently = Options::to_term(PREMIUM).silently();
    let new = scene.happens_with(&old, Action::ChangeNow, silently).await;
    let outcome = scene.submits("ada", &new).await;
    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    scene.told(&new.receipt_id, &["new"]).await;

    let replaced = json!({"cancelledReceiptId": old.receipt_id});
    let word = CustomMessage::of_type("SUBSCRIPTION_MODIFIED_IMMEDIATE", &new)
        .with_field("relatedReceipts", replaced);
    scene.says(&word).await;

    let told = scene.told(&old.receipt_id, &["new", "cancel"]).await;
    assert!(told[1]["end_date"].as_i64() < told[0]["end_date"].as_i64());
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    scene.told(&new.receipt_id, &["new"]).await;
}

#[tokio::test]
async fn another_plan_at_the_renewal_shows_beforehand() {
    let scene = Scene::new().await;
    let receipt = scene.subscribed("ada").await;
    let later = Options::to_term(PREMIUM);
    scene
        .happens_with(&receipt, Action::ChangeLater, later)
        .await;
    eventually("it is scheduled", async || {
        let state = scene.subscription("ada").await;
        (state["pendingProductId"] == PREMIUM).then_some(())
    })
    .await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);

    scene.happens(&receipt, Action::Renew).await;

    let told = scene.told(&receipt.receipt_id, &["new", "renew"]).await;
    assert_eq!(told[1]["sku"], PREMIUM);
    assert_eq!(told[1]["start_date"], end(&receipt));
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let state = scene.subscription("ada").await;
    assert_eq!(state["pendingProductId"], json!(null));
}
