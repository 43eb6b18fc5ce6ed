//! Changes of plan: the subscription's id stays.

use local_stack::broadcaster::stripe::{MONTHLY, MONTHLY_PRICE, PREMIUM, PREMIUM_PRICE};
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use store_simulator::stripe::model::Action;

use super::{Scene, to};
use crate::story::eventually;

#[tokio::test]
async fn a_change_is_made_at_once_or_by_a_schedule_at_the_renewal() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    let premium = to(PREMIUM_PRICE);
    scene.happens_with(&id, Action::ChangePlan, premium).await;
    let told = scene.told(&id, &["new", "renew"]).await;
    assert_eq!(told[1]["sku"], PREMIUM);
    // Only the difference was paid, for the same period.
    assert_eq!(told[1]["end_date"], told[0]["end_date"]);
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let monthly = to(MONTHLY_PRICE);
    scene
        .happens_with(&id, Action::ScheduleChange, monthly)
        .await;
    eventually("the change shows", async || {
        let state = scene.subscription("ada").await;
        (state["pendingProductId"] == MONTHLY).then_some(())
    })
    .await;
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);

    scene.happens(&id, Action::Renew).await;
    let told = scene.told(&id, &["new", "renew", "renew"]).await;
    assert_eq!(told[2]["sku"], MONTHLY);
    assert!(told[2]["end_date"].as_i64() > told[1]["end_date"].as_i64());
    scene.access_becomes("ada", PREMIUM_OFFER, false).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}
