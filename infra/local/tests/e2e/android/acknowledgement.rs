//! Telling the store that a purchase was delivered, before it returns the money.

use local_stack::broadcaster::{BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT};
use serde_json::json;
use store_simulator::android::model::{Action, NewPurchase};

use super::Scene;
use crate::due::{make_due, reconcile};
use crate::story::{SOON, eventually, seconds};

impl Scene {
    /// How often our server told the store that a purchase was delivered.
    async fn times_acknowledged(&self, token: &str) -> u64 {
        let calls = self.store().calls().await.unwrap();
        calls.acknowledges.get(token).copied().unwrap_or_default()
    }

    /// The app tells the store that it has delivered.
    pub(super) async fn app_acknowledges(&self, token: &str) {
        self.happens(token, Action::Acknowledge).await;
    }
}

#[tokio::test]
async fn a_purchase_is_acknowledged_once_access_is_granted() {
    let scene = Scene::new().await;
    let told = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN);
    let token = scene.bought_as(told).await;
    eventually("the store was asked", async || {
        (scene.times_asked(&token).await > 0).then_some(())
    })
    .await;
    assert_eq!(scene.times_acknowledged(&token).await, 0);

    scene.pays("ada", MONTHLY_OFFER, &token).await;

    scene.acknowledged(&token).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    eventually("it is seen to be acknowledged", async || {
        let state = scene.subscription("ada").await;
        state["acknowledgeBy"].is_null().then_some(())
    })
    .await;
    scene.happens(&token, Action::Renew).await;
    scene.told(&token, &["new", "renew"]).await;
    assert_eq!(scene.times_acknowledged(&token).await, 1);
}

#[tokio::test]
async fn what_the_app_acknowledged_is_left_alone() {
    let scene = Scene::new().await;
    let token = scene.bought(MONTHLY_PRODUCT).await;
    scene.app_acknowledges(&token).await;

    let outcome = scene.pays("ada", MONTHLY_OFFER, &token).await;

    assert_eq!(outcome["status"], "success");
    scene.told(&token, &["new"]).await;
    assert_eq!(scene.times_acknowledged(&token).await, 0);
    assert!(scene.subscription("ada").await["acknowledgeBy"].is_null());
}

#[tokio::test]
async fn an_app_may_acknowledge_what_the_server_has() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;

    scene.app_acknowledges(&token).await;
    scene.happens(&token, Action::Renew).await;

    scene.told(&token, &["new", "renew"]).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn what_the_store_did_not_take_shows_and_is_tried_again() {
    let scene = Scene::new().await;
    let refused = json!({"refusals": {"acknowledge": 503}});
    scene.store().reconfigure(&refused).await.unwrap();
    let token = scene.bought(MONTHLY_PRODUCT).await;
    scene.pays("ada", MONTHLY_OFFER, &token).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    let purchase = scene.store().purchase(&token).await.unwrap();
    let state = scene.subscription("ada").await;
    let by = purchase.acknowledge_by.unwrap();
    assert_eq!(seconds(&state["acknowledgeBy"]), by.as_second());

    let taken = json!({"refusals": {}});
    scene.store().reconfigure(&taken).await.unwrap();
    assert_eq!(make_due(&scene.broadcaster, "subscriptions").await, 1);
    reconcile().await;

    scene.acknowledged(&token).await;
    eventually("it no longer shows", async || {
        let state = scene.subscription("ada").await;
        state["acknowledgeBy"].is_null().then_some(())
    })
    .await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&token, &["new"]).await;
}

#[tokio::test]
async fn what_nobody_acknowledges_the_store_takes_back() {
    let scene = Scene::new().await;
    // The broadcaster's apps are to do it.
    scene.configured(json!({"acknowledge": false})).await;
    let token = scene.bought(MONTHLY_PRODUCT).await;
    scene.pays("ada", MONTHLY_OFFER, &token).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.store().advance_clock(4 * 86_400).await.unwrap();
    scene.store().run_due().await.unwrap();
    scene.store().flush(SOON).await.unwrap();

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert_eq!(scene.times_acknowledged(&token).await, 0);
}
