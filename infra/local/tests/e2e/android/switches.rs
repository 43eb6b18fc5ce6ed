//! Other plans, and plans that are bought again.

use local_stack::broadcaster::{
    BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT, PREMIUM_OFFER, PREMIUM_PRODUCT, PREPAID_PLAN,
};
use serde_json::json;
use store_simulator::android::model::{Action, NewPurchase, Options, ReplacementMode};

use super::Scene;
use crate::story::{SOON, eventually, seconds, subscriptions, webhooks};

const MONTH: i64 = 31 * 86_400;

#[tokio::test]
async fn an_upgrade_takes_effect_now() {
    let scene = Scene::new().await;
    let old = scene.subscribed("ada").await;
    let before = scene.subscription("ada").await;

    let at_full_price = Options {
        mode: ReplacementMode::ChargeFullPrice,
        ..Options::to_plan(PREMIUM_PRODUCT, BASE_PLAN)
    };
    let bought = scene
        .happens_with(&old, Action::Replace, &at_full_price)
        .await;

    scene.access_becomes("ada", PREMIUM_OFFER, true).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let new = bought.purchase_token.to_string();
    scene.told(&old, &["new", "cancel"]).await;
    let told = scene.told(&new, &["new"]).await;
    assert_eq!(told[0]["sku"], PREMIUM_PRODUCT);
    assert_eq!(told[0]["package_name"], "Symphony Premium");
    let began = bought.start.unwrap().as_second();
    // Where both were bought within one second, the start is when the switch was seen.
    let start = told[0]["start_date"].as_i64().unwrap();
    assert!(
        (began..began + 60).contains(&start),
        "not at the end of the old: {start}"
    );
    let state = scene.subscription("ada").await;
    assert_eq!(state["subscriptionId"], before["subscriptionId"]);
    assert_eq!(state["transactionId"], new.as_str());
    assert_eq!(state["billingCycle"], 1);
    // A cycle that begins now, and what was paid and not used as more of it.
    let lasts = seconds(&state["periodEnd"]) - began;
    assert!(lasts > MONTH + MONTH / 2, "{lasts}");
    scene.acknowledged(&new).await;
    eventually("the switch is told", async || {
        webhooks(&scene.broadcaster)
            .await
            .into_iter()
            .find(|message| {
                message["topic"] == "subscriptionSwitched"
                    && message["data"]["prevProductId"] == MONTHLY_PRODUCT
            })
    })
    .await;
}

#[tokio::test]
async fn a_downgrade_takes_effect_at_the_renewal() {
    let scene = Scene::new().await;
    let old = scene
        .subscribed_to("ada", PREMIUM_OFFER, PREMIUM_PRODUCT)
        .await;
    let before = scene.subscription("ada").await;

    let cheaper = Options::to_plan(MONTHLY_PRODUCT, BASE_PLAN);
    let bought = scene
        .happens_with(&old, Action::ReplaceLater, &cheaper)
        .await;

    eventually("the switch is scheduled", async || {
        let state = scene.subscription("ada").await;
        (state["pendingProductId"] == MONTHLY_PRODUCT).then_some(())
    })
    .await;
    scene.delivered().await;
    let state = scene.subscription("ada").await;
    assert_eq!(state["periodEnd"], before["periodEnd"]);
    assert_eq!(state["transactionId"], old.as_str());
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    let new = bought.purchase_token.to_string();
    scene.acknowledged(&new).await;

    scene.happens(&new, Action::Renew).await;

    let told = scene.told(&old, &["new", "renew"]).await;
    assert_eq!(told[1]["sku"], MONTHLY_PRODUCT);
    assert_eq!(told[1]["start_date"], seconds(&before["periodEnd"]));
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    assert_eq!(
        scene.subscription("ada").await["pendingProductId"],
        json!(null)
    );
}

#[tokio::test]
async fn a_purchase_before_the_end_goes_on_under_the_same_name() {
    let scene = Scene::new().await;
    let old = scene.subscribed("ada").await;
    scene.happens(&old, Action::Cancel).await;
    let before = scene.is("ada", "cancelled").await;

    let bought = scene.happens(&old, Action::Resubscribe).await;

    let state = scene.is("ada", "active").await;
    assert_eq!(state["subscriptionId"], before["subscriptionId"]);
    assert_eq!(state["transactionId"], old.as_str());
    scene
        .told(&old, &["new", "cancel", "resume", "renew"])
        .await;
    scene.acknowledged(&bought.purchase_token).await;
    scene.delivered().await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_purchase_in_the_store_after_the_end_is_the_same_customer_s() {
    let scene = Scene::new().await;
    let old = scene.subscribed("ada").await;
    scene.happens(&old, Action::Cancel).await;
    scene.is("ada", "cancelled").await;
    scene.happens(&old, Action::Expire).await;
    scene.is("ada", "expired").await;

    scene.store().advance_clock(10 * 86_400).await.unwrap();

    let outside_of_the_app = Options {
        in_play: true,
        ..Options::default()
    };
    let bought = scene
        .happens_with(&old, Action::Resubscribe, &outside_of_the_app)
        .await;

    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    // What had ended is known by its old name; what begins anew has a new one.
    let new = bought.purchase_token.to_string();
    assert_eq!(
        scene.subscription("ada").await["transactionId"],
        new.as_str()
    );
    let told = scene.told(&new, &["new"]).await;
    assert_eq!(told[0]["start_date"], bought.start.unwrap().as_second());
    scene.acknowledged(&new).await;
}

#[tokio::test]
async fn a_purchase_in_the_app_after_the_end_needs_a_claim() {
    let scene = Scene::new().await;
    let old = scene.subscribed("ada").await;
    scene.happens(&old, Action::Cancel).await;
    scene.is("ada", "cancelled").await;
    scene.happens(&old, Action::Expire).await;
    scene.is("ada", "expired").await;

    let bought = scene.happens(&old, Action::Resubscribe).await;
    scene.store().flush(SOON).await.unwrap();
    let new = bought.purchase_token.to_string();
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let outcome = scene.pays("ada", MONTHLY_OFFER, &new).await;
    assert_eq!(outcome["result"], "SubscriptionCreated");
    assert_eq!(subscriptions(&scene.broadcaster, "ada").await.len(), 2);
    scene.told(&new, &["new"]).await;
}

#[tokio::test]
async fn a_prepaid_plan_is_topped_up_under_the_same_name() {
    let scene = Scene::new().await;
    let wanted = NewPurchase::of(MONTHLY_PRODUCT, PREPAID_PLAN).silently();
    let first = scene.bought_as(wanted).await;
    let outcome = scene.pays("ada", MONTHLY_OFFER, &first).await;
    assert_eq!(outcome["status"], "success", "{outcome}");
    let before = scene.subscription("ada").await;
    assert_eq!(before["prepaid"], true);
    assert_eq!(before["autoRenew"], false);
    scene.acknowledged(&first).await;

    let second = scene.happens(&first, Action::TopUp).await;

    scene.told(&first, &["new", "renew"]).await;
    scene.delivered().await;
    let state = scene.subscription("ada").await;
    assert_eq!(state["transactionId"], first.as_str());
    let more = seconds(&state["periodEnd"]) - seconds(&before["periodEnd"]);
    assert!(more >= MONTH - 4 * 86_400, "{more}");
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.acknowledged(&second.purchase_token).await;
}
