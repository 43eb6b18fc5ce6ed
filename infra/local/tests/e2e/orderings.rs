//! Notifications that come twice, late, in another order, or not at all.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::{Chance, DeliveryFaults, Faults};

use crate::story::{
    SOON, beacon, beacon_types, broadcaster, claimed, eventually, has_status, may_watch,
};

#[tokio::test]
async fn duplicates_change_nothing() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let faults = Faults {
        delivery: DeliveryFaults {
            duplicate: 3,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&faults).await.unwrap();

    broadcaster.vizio().renew(&purchase).await.unwrap();
    broadcaster.vizio().flush(SOON).await.unwrap();

    beacon_types(&broadcaster, &purchase, &["new", "renew"]).await;
}

#[tokio::test]
async fn reordered_and_late_ones_end_in_the_store_s_state() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let faults = Faults {
        seed: 11,
        delivery: DeliveryFaults {
            reorder: true,
            duplicate: 1,
            window_millis: Some(800),
            delay_millis: Some((0, 900)),
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&faults).await.unwrap();

    broadcaster.vizio().renew(&purchase).await.unwrap();
    broadcaster.vizio().cancel(&purchase).await.unwrap();
    broadcaster.vizio().reactivate(&purchase).await.unwrap();
    broadcaster.vizio().cancel(&purchase).await.unwrap();
    broadcaster.vizio().flush(SOON).await.unwrap();

    has_status(&broadcaster, "ada", "cancelled").await;
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    eventually("the last word is cancel", async || {
        let told = beacon(&broadcaster, &purchase).await;
        (told.last()?["notification_type"] == "cancel").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_lost_one_is_made_up_for_by_the_next() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let faults = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&faults).await.unwrap();
    broadcaster.vizio().renew(&purchase).await.unwrap();
    broadcaster.vizio().clear_faults().await.unwrap();

    broadcaster.vizio().cancel(&purchase).await.unwrap();

    beacon_types(&broadcaster, &purchase, &["new", "renew", "cancel"]).await;
}
