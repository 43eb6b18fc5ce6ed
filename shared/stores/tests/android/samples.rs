//! What Google publishes as samples.

use std::time::Duration;

use domain::Status;
use serde_json::{Value, json};
use store_simulator::android::model::{BasePlan, NewPurchase, Play};
use stores::Received;

use crate::keys::PUSH;
use crate::published::{assert_alike, published};
use crate::scene::{
    PACKAGE, Scene, TOKEN, at, bearer, claims, config, known, now, push, read_with,
};

const WEEK: Duration = Duration::from_secs(7 * 86_400);

#[test]
fn the_published_subscription_is_read() {
    let purchase = published("android/subscription");
    let state = known(read_with(&config(&json!({})), &purchase).unwrap());
    assert_eq!(state.status, Status::Active);
    assert!(state.trial_end.is_some());
    assert_eq!(state.period_end, at("2026-12-15T00:00:01.250Z"));
}

async fn receive(body: &Value) -> Received {
    let scene = Scene::set().await;
    let (config, body) = (scene.config(&json!({})), body.to_string());
    let headers = bearer(&PUSH.sign(&claims(&json!({}))));
    let read = config.read_notification(&scene.context, &headers, body.as_bytes(), now());
    read.await.unwrap().received
}

#[tokio::test]
async fn the_published_notification_is_read() {
    let notification = published("android/notification");
    for body in [push(&notification), published("android/push")] {
        let Received::About(about) = receive(&body).await else {
            panic!("it is about a purchase");
        };
        assert_eq!(about.kind, "SUBSCRIPTION_PURCHASED");
        assert_eq!(about.locator.key.as_str(), TOKEN);
    }
}

#[test]
fn the_simulator_writes_the_like() {
    let mut store = Play::new(PACKAGE);
    let plan = BasePlan::monthly("premium", "monthly", "9.99", "EUR");
    store.set_plans(vec![plan.with_free_trial("trial-7d", WEEK.as_secs())]);
    let wanted = NewPurchase::of("premium", "monthly").with_offer("trial-7d");
    let wanted = wanted.for_account("a3f1c0de9b").as_test();
    let bought = store.buy(&wanted, now()).unwrap();
    let token = bought.purchase.purchase_token.as_str();
    let purchase = store.purchase_v2(token, now()).unwrap();
    assert_alike(&published("android/subscription"), &purchase);
    let notification = bought.published[0].developer_notification(PACKAGE);
    assert_alike(&published("android/notification"), &notification);
}
