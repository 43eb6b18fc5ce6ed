//! What nobody tells is found by the look that falls due.

use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::due::look_now;
use store_simulator::roku::model::Action;
use store_simulator::{Chance, DeliveryFaults, Faults};

use super::Scene;
use crate::story::stack;

#[tokio::test]
async fn a_lost_notification_is_made_up_for() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store().set_faults(&lost).await.unwrap();
    let renewed = scene.happens(&id, Action::Renew).await;
    let stack = stack();

    look_now(&stack, &scene.broadcaster.id, &id).await.unwrap();

    let told = scene.told(&id, &["new", "renew"]).await;
    let end = renewed.expiration_date.unwrap().as_second();
    assert_eq!(told[1]["end_date"], end);

    scene.happens(&id, Action::Cancel).await;
    look_now(&stack, &scene.broadcaster.id, &id).await.unwrap();

    scene.told(&id, &["new", "renew", "cancel"]).await;
    scene.is("ada", "cancelled").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}
