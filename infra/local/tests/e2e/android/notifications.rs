//! What the store tells by real-time developer notifications.

use local_stack::broadcaster::{BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT};
use serde_json::json;
use store_simulator::android::CustomPush;
use store_simulator::android::model::{Action, NewPurchase};
use store_simulator::{Chance, DeliveryFaults, Faults};

use super::Scene;
use crate::story::{beacon, eventually, seconds, stack};

#[tokio::test]
async fn a_first_purchase_needs_a_claim() {
    let scene = Scene::new().await;
    let wanted = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN);
    let token = scene.bought_as(wanted).await;
    eventually("the store was asked", async || {
        (scene.times_asked(&token).await > 0).then_some(())
    })
    .await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(beacon(&scene.broadcaster, &token).await.is_empty());
    assert!(!scene.store().purchase(&token).await.unwrap().acknowledged);

    let outcome = scene.pays("ada", MONTHLY_OFFER, &token).await;

    assert_eq!(outcome["result"], "SubscriptionCreated");
    scene.told(&token, &["new"]).await;
}

#[tokio::test]
async fn a_renewal_extends_access() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let before = scene.subscription("ada").await;
    // The address is the older one, which names no store.
    let id = &scene.broadcaster.id;
    let address = format!("/2.0/in_app/subscriptions/android/status_update_notification/{id}");
    assert_eq!(scene.broadcaster.android_address(), address);

    scene.happens(&token, Action::Renew).await;

    let told = scene.told(&token, &["new", "renew"]).await;
    assert_eq!(told[1]["start_date"], seconds(&before["periodEnd"]));
    assert!(told[1]["end_date"].as_i64() > told[0]["end_date"].as_i64());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn the_address_of_every_store_works_as_well() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let (url, id) = (&stack().api_url, &scene.broadcaster.id);
    let address = format!("{url}/android/notifications/broadcasters/{id}");
    let changes = json!({ "notificationUrl": address });
    scene.store().reconfigure(&changes).await.unwrap();

    scene.happens(&token, Action::Renew).await;

    scene.told(&token, &["new", "renew"]).await;
}

#[tokio::test]
async fn a_cancellation_keeps_access_to_the_end() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;

    scene.happens(&token, Action::Cancel).await;

    let told = scene.told(&token, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[0]["end_date"]);
    assert!(told[1]["cancellation_date"].as_i64() < told[1]["end_date"].as_i64());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&token, Action::Expire).await;

    scene.is("ada", "expired").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn notifications_that_come_twice_late_and_in_disorder_end_in_the_store_s_state() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let faults = Faults {
        seed: 7,
        delivery: DeliveryFaults {
            reorder: true,
            duplicate: 2,
            window_millis: Some(800),
            delay_millis: Some((0, 900)),
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store().set_faults(&faults).await.unwrap();

    for action in [
        Action::Renew,
        Action::Cancel,
        Action::Restart,
        Action::Cancel,
    ] {
        scene.happens(&token, action).await;
    }
    scene.delivered().await;

    scene.is("ada", "cancelled").await;
    eventually("the last word is cancel", async || {
        let told = beacon(&scene.broadcaster, &token).await;
        (told.last()?["notification_type"] == "cancel").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_lost_one_is_made_up_for_by_the_next() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store().set_faults(&lost).await.unwrap();
    scene.happens(&token, Action::Renew).await;
    scene.store().clear_faults().await.unwrap();

    scene.happens(&token, Action::Cancel).await;

    scene.told(&token, &["new", "renew", "cancel"]).await;
}

#[tokio::test]
async fn a_test_notification_is_accepted() {
    let scene = Scene::new().await;

    scene.store().notify(&CustomPush::test()).await.unwrap();

    let sent = scene.delivered().await;
    assert_eq!(sent[0].attempts.len(), 1);
    assert_eq!(sent[0].attempts[0].status, Some(200));
    assert_eq!(scene.store().calls().await.unwrap().gets.total, 0);
}
