//! What a submitted transaction becomes.

use local_stack::broadcaster::roku::MONTHLY;
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use serde_json::Value;
use store_simulator::roku::model::Action;

use super::Scene;
use crate::story::{eventually, seconds, subscriptions, webhooks};

#[tokio::test]
async fn a_transaction_gives_access_and_any_later_one_is_the_same_purchase() {
    let scene = Scene::new().await;
    let id = scene.bought(MONTHLY).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let outcome = scene.submits("ada", &id).await;

    assert_eq!(outcome["result"], "SubscriptionCreated");
    assert_eq!(outcome["offerId"], MONTHLY_OFFER);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    let told = scene.told(&id, &["new"]).await;
    assert_eq!(told[0]["external_user_id"], "ada");
    assert_eq!(told[0]["original_store"], "Roku Store");
    assert_eq!(told[0]["sku"], MONTHLY);
    let state = scene.subscription("ada").await;
    assert_eq!(told[0]["end_date"], seconds(&state["periodEnd"]));
    let messages = eventually("two webhooks", async || {
        let messages = webhooks(&scene.broadcaster).await;
        (messages.len() == 2).then_some(messages)
    })
    .await;
    let about = |topic: &str| -> &Value {
        let message = messages.iter().find(|message| message["topic"] == topic);
        &message.unwrap_or_else(|| panic!("{topic}: {messages:?}"))["data"]
    };
    assert_eq!(about("subscriptionCreated")["customerId"], "ada");
    let validated = about("inappPurchaseValidationSucceeded");
    assert_eq!(validated["paymentGateway"], "roku");
    let named = &validated["inAppSpecificData"];
    assert_eq!(named["originalTransactionId"], id);
    assert_eq!(named["channelId"], scene.broadcaster.roku_channel());

    let renewed = scene.happens(&id, Action::Renew).await;
    scene.told(&id, &["new", "renew"]).await;
    assert_ne!(*renewed.transaction_id, id);

    let again = scene.submits("ada", &renewed.transaction_id).await;
    assert_eq!(again["result"], "SubscriptionSynchronized");
    let moved = scene.submits("bob", &renewed.transaction_id).await;

    assert_eq!(moved["result"], "SubscriptionTransferred");
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(scene.may_watch("bob", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "renew", "cancel", "new"]).await;
    assert_eq!(told[2]["external_user_id"], "ada");
    assert_eq!(told[3]["external_user_id"], "bob");
    let old = subscriptions(&scene.broadcaster, "ada").await;
    assert_eq!(old[0]["terminated"]["reason"], "transferred");

    scene.happens(&id, Action::Cancel).await;
    scene.is("bob", "cancelled").await;
}
