//! Notifications that come otherwise than they should.

use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::json;
use store_simulator::amazon::CustomMessage;
use store_simulator::amazon::model::{Action, Options};
use store_simulator::{Chance, DeliveryFaults, Faults};

use super::{Scene, end};
use crate::story::{beacon, eventually, seconds};

#[tokio::test]
async fn those_that_come_twice_late_and_in_disorder_end_in_the_store_s_state() {
    let scene = Scene::new().await;
    let receipt = scene.subscribed("ada").await;
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

    let renewed = scene.happens(&receipt, Action::Renew).await;
    for action in [
        Action::TurnAutoRenewOff,
        Action::TurnAutoRenewOn,
        Action::TurnAutoRenewOff,
    ] {
        scene.happens(&receipt, action).await;
    }
    scene.delivered().await;

    let state = scene.is("ada", "cancelled").await;
    assert_eq!(seconds(&state["periodEnd"]), end(&renewed));
    eventually("the last word is cancel", async || {
        let told = beacon(&scene.broadcaster, &receipt.receipt_id).await;
        (told.last()?["notification_type"] == "cancel").then_some(())
    })
    .await;
}

#[tokio::test]
async fn lost_ones_are_made_up_for_by_the_schedule() {
    let scene = Scene::new().await;
    let (receipt, gone) = (scene.subscribed("ada").await, scene.subscribed("bob").await);
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store().set_faults(&lost).await.unwrap();
    let renewed = scene.happens(&receipt, Action::Renew).await;
    scene.happens(&gone, Action::Invalidate).await;

    scene.is_looked_at(&receipt).await;
    scene.is_looked_at(&gone).await;

    let told = scene.told(&receipt.receipt_id, &["new", "renew"]).await;
    assert_eq!(told[1]["end_date"], end(&renewed));
    // 410: Amazon says no more than that it is no longer valid, before what was paid is used up.
    let told = scene.told(&gone.receipt_id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
    scene.is("bob", "revoked").await;
    assert!(!scene.may_watch("bob", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn each_version_and_each_new_certificate_is_read_and_what_says_nothing_is_taken() {
    let scene = Scene::new().await;
    let receipt = scene.subscribed("ada").await;
    let mut types = vec!["new"];
    for (version, same_address) in [("1", None), ("2", Some(false)), ("2", Some(true))] {
        let changes = json!({"signatureVersion": version});
        scene.store().reconfigure(&changes).await.unwrap();
        if let Some(same_address) = same_address {
            let rotated = scene.store().rotate_certificate(same_address).await;
            rotated.unwrap();
        }
        scene.happens(&receipt, Action::Renew).await;
        types.push("renew");
        scene.told(&receipt.receipt_id, &types).await;
    }

    let genuine = CustomMessage::of_type("SUBSCRIPTION_RENEWED", &receipt);
    let of_nobody = CustomMessage::of_receipt_id("SUBSCRIPTION_PURCHASED", "never=sold", "nobody=");
    for message in [
        genuine.clone().with_message("Hello"),
        genuine.clone().with_field("receiptId", json!(null)),
        genuine.with_field("relatedReceipts", json!([])),
        CustomMessage::of_type("SUBSCRIPTION_INVENTED", &receipt),
        of_nobody,
    ] {
        let id = scene.says(&message).await;
        assert_eq!(scene.answered(&id).await, [200]);
    }
    // A later one has been worked off, and these have changed nothing.
    let off = Options::default();
    scene
        .happens_with(&receipt, Action::TurnAutoRenewOff, off)
        .await;
    types.push("cancel");
    scene.told(&receipt.receipt_id, &types).await;
}
