//! Events that nobody took: the store's list has them, and the next look sees what they told.

use jiff::{SignedDuration, Timestamp};
use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::stripe::MONTHLY_PRICE;
use local_stack::due::{look_now, read_history_now};
use serde_json::json;
use store_simulator::stripe::model::{Action, NewCheckout};
use store_simulator::{Chance, DeliveryFaults, Faults};

use super::Scene;
use crate::story::{beacon, stack};

async fn everything_is_lost(scene: &Scene) {
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store().set_faults(&lost).await.unwrap();
}

/// The hour comes in which the store's list is read, from `since` on.
async fn catches_up(scene: &Scene, since: Timestamp) {
    read_history_now(&stack(), &scene.broadcaster.id, "stripe", since)
        .await
        .unwrap();
}

/// A purchase and a refund, both of hours ago, and of neither anything came.
#[tokio::test]
async fn what_nobody_took_is_read_from_the_store_s_list() {
    let scene = Scene::new().await;
    scene
        .configured(json!({"accountIdPattern": "{customerId}"}))
        .await;
    let began = Timestamp::now() - SignedDuration::from_hours(3);
    let changes = json!({"clockStart": began, "clockFrozen": true});
    scene.store().reconfigure(&changes).await.unwrap();
    everything_is_lost(&scene).await;
    let wanted = NewCheckout::subscription(MONTHLY_PRICE).for_user("ada");
    let bought = scene.bought_as(wanted).await;
    assert!(beacon(&scene.broadcaster, &bought.id).await.is_empty());

    catches_up(&scene, began).await;

    scene.told(&bought.id, &["new"]).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    // From here on the list has nothing but the refund, which names a payment.
    let refunded = scene.store().advance_clock(3_600).await.unwrap();
    scene.happens(&bought.id, Action::Refund).await;

    catches_up(&scene, refunded).await;

    let told = scene.told(&bought.id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], refunded.as_second());
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_lost_renewal_is_found_by_the_next_look() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    everything_is_lost(&scene).await;
    scene.happens(&id, Action::Renew).await;

    look_now(&stack(), &scene.broadcaster.id, &id)
        .await
        .unwrap();

    scene.told(&id, &["new", "renew"]).await;
}
