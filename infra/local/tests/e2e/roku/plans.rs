//! Other plans: each is a new subscription at the store and the same one here.

use local_stack::broadcaster::roku::{MONTHLY, PREMIUM};
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use serde_json::Value;
use store_simulator::roku::model::{Action, Options};

use super::Scene;
use crate::story::{eventually, seconds, webhooks};

#[tokio::test]
async fn an_upgrade_takes_effect_now_and_a_downgrade_at_the_renewal() {
    let scene = Scene::new().await;
    let first = scene.subscribed("ada").await;
    let before = scene.subscription("ada").await;

    let dearer = Options::to_product(PREMIUM);
    let upgraded = scene.happens_with(&first, Action::Upgrade, dearer).await;

    let second = upgraded.original_transaction_id.to_string();
    scene.told(&first, &["new", "cancel"]).await;
    let told = scene.told(&second, &["new"]).await;
    assert_eq!(told[0]["sku"], PREMIUM);
    assert_eq!(told[0]["package_name"], "Symphony Premium");
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let state = scene.subscription("ada").await;
    assert_eq!(state["subscriptionId"], before["subscriptionId"]);
    assert_eq!(state["transactionId"], second);
    eventually("the switch is told", async || {
        webhooks(&scene.broadcaster)
            .await
            .into_iter()
            .find(|message| {
                message["topic"] == "subscriptionSwitched"
                    && message["data"]["prevProductId"] == MONTHLY
            })
    })
    .await;

    let cheaper = Options::to_product(MONTHLY);
    let waiting = scene
        .happens_with(&second, Action::Downgrade, cheaper)
        .await;

    eventually("the switch is scheduled", async || {
        let state = scene.subscription("ada").await;
        (state["pendingProductId"] == MONTHLY).then_some(())
    })
    .await;
    scene.delivered().await;
    let scheduled = scene.subscription("ada").await;
    assert_eq!(scheduled["periodEnd"], state["periodEnd"]);
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    scene.told(&second, &["new"]).await;

    let third = waiting.original_transaction_id.to_string();
    scene.happens(&third, Action::Renew).await;

    let told = scene.told(&second, &["new", "renew"]).await;
    assert_eq!(told[1]["sku"], MONTHLY);
    assert_eq!(told[1]["start_date"], seconds(&state["periodEnd"]));
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    let state = scene.subscription("ada").await;
    assert_eq!(state["pendingProductId"], Value::Null);
    assert_eq!(state["subscriptionId"], before["subscriptionId"]);
}
