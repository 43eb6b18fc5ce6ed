//! What no notification told.

use jiff::{SignedDuration, Timestamp};
use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::apple::MONTHLY;
use local_stack::due::{look_now, read_history_now};
use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase};

use super::Scene;
use crate::story::{beacon, stack};

#[tokio::test]
async fn a_change_that_nobody_told_is_found_when_its_time_comes() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    scene.loses_notifications().await;
    scene.happens(&id, Action::Refund).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    look_now(&stack(), &scene.broadcaster.id, &id)
        .await
        .unwrap();

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&id, &["new", "cancel"]).await;
}

#[tokio::test]
async fn what_apple_kept_because_nobody_took_it_is_caught_up_on() {
    let scene = Scene::new().await;
    let pattern = json!({"accountIdPattern": "{customerId}"});
    scene.configured(pattern).await;
    let now = Timestamp::now();
    let catch_up = async |since: Timestamp| {
        let id = &scene.broadcaster.id;
        read_history_now(&stack(), id, "apple", since)
            .await
            .unwrap();
    };
    let histories = async || scene.store().calls().await.unwrap().notification_histories;
    // What came a moment ago may still be under way: nothing is asked for.
    catch_up(now).await;
    assert_eq!(histories().await, 0);

    let clock = async |at: Timestamp| {
        let changes = json!({"clockStart": at, "pageSize": 1});
        scene.store().reconfigure(&changes).await.unwrap();
    };
    clock(now - SignedDuration::from_hours(1)).await;
    scene.loses_notifications().await;
    // One is on the first page, hers on the second.
    let wanted = NewPurchase::of(MONTHLY).in_sandbox();
    scene.bought_as(&wanted).await;
    let ada = uuid::Uuid::new_v4().to_string();
    let id = scene.bought_as(&wanted.for_account(&ada)).await;
    scene.store().clear_faults().await.unwrap();
    clock(now).await;
    assert!(beacon(&scene.broadcaster, &id).await.is_empty());

    // Longer ago than Apple keeps it.
    catch_up(now - SignedDuration::from_hours(24 * 40)).await;

    scene.told(&id, &["new"]).await;
    assert!(scene.may_watch(&ada, MONTHLY_OFFER).await);
    assert_eq!(histories().await, 2, "two pages");
}
