//! What the store tells by push notifications.

use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::roku::MONTHLY;
use serde_json::json;
use store_simulator::roku::model::{Action, NewPurchase};
use store_simulator::roku::{CustomPush, Damage, Replay};
use store_simulator::{DeliveryFaults, Faults};

use super::Scene;
use crate::story::{beacon, eventually, seconds, stack};

#[tokio::test]
async fn a_trial_that_is_told_before_the_claim_is_known_at_the_claim() {
    let scene = Scene::new().await;
    let id = scene.bought_as(NewPurchase::of(MONTHLY)).await;
    scene.delivered().await;
    scene.asked_again(&id, 0).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(beacon(&scene.broadcaster, &id).await.is_empty());

    let outcome = scene.submits("ada", &id).await;

    assert_eq!(outcome["result"], "SubscriptionCreated");
    let told = scene.told(&id, &["new"]).await;
    assert_eq!(told[0]["trial_end_date"], told[0]["end_date"]);

    scene.happens(&id, Action::Renew).await;

    let told = scene.told(&id, &["new", "renew"]).await;
    assert_eq!(told[1]["start_date"], told[0]["end_date"]);
    assert!(told[1].get("trial_end_date").is_none());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn all_that_is_proven_is_taken_at_both_addresses_and_only_what_concerns_a_purchase_counts() {
    let (scene, theirs) = tokio::join!(Scene::new(), Scene::new());
    let id = scene.subscribed("ada").await;
    let asked = scene.times_asked(&id).await;
    for push in [
        CustomPush::text("hello"),
        CustomPush::invalidate_public_keys(),
        CustomPush::of_message_type("roku.other"),
        CustomPush::of_type("Credit", id.as_str()),
        CustomPush::of_type("Sale", id.as_str()).with_field("channelId", json!("999999")),
        // These are kept for a person.
        CustomPush::of_type("Sale", id.as_str()).damaged(Damage::NotJson),
        CustomPush::of_type("Sale", id.as_str()).damaged(Damage::BrokenMessage),
    ] {
        scene.store().notify(&push).await.unwrap();
    }
    // Another account's, rightly signed, at our address.
    let address = format!("{}{}", stack().api_url, scene.broadcaster.roku_address());
    let changes = json!({ "notificationUrl": address });
    theirs.store().reconfigure(&changes).await.unwrap();
    theirs.bought_as(NewPurchase::of(MONTHLY)).await;

    let sent = [scene.delivered().await, theirs.delivered().await].concat();

    assert_eq!(sent.len(), 8);
    for one in sent {
        assert_eq!(one.attempts.len(), 1, "{one:?}");
        assert_eq!(one.attempts[0].status, Some(200), "{one:?}");
    }
    // A later notification has been worked off, and these caused no question.
    scene.happens(&id, Action::Renew).await;
    scene.told(&id, &["new", "renew"]).await;
    assert_eq!(scene.times_asked(&id).await, asked + 1);
    assert_eq!(theirs.store().calls().await.unwrap().look_ups.total, 0);

    let (url, broadcaster) = (&stack().api_url, &scene.broadcaster.id);
    let ours = format!("{url}/roku/notifications/broadcasters/{broadcaster}");
    let changes = json!({ "notificationUrl": ours });
    scene.store().reconfigure(&changes).await.unwrap();
    scene.happens(&id, Action::Renew).await;
    scene.told(&id, &["new", "renew", "renew"]).await;
    // The store counts only answers that bring the response key back.
    for sent in scene.delivered().await {
        assert_eq!(sent.attempts.len(), 1, "{sent:?}");
    }
}

#[tokio::test]
async fn notifications_that_come_twice_late_in_disorder_and_anew_end_in_the_store_s_state() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
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
        Action::Resubscribe,
        Action::Cancel,
    ] {
        scene.happens(&id, action).await;
    }
    scene.delivered().await;
    scene.is("ada", "cancelled").await;
    eventually("the last word is cancel", async || {
        let told = beacon(&scene.broadcaster, &id).await;
        (told.last()?["notification_type"] == "cancel").then_some(())
    })
    .await;
    scene.store().clear_faults().await.unwrap();

    let again = Replay {
        new_keys: true,
        newest_first: true,
        ..Replay::default()
    };
    let asked = scene.times_asked(&id).await;
    let sent = scene.store().replay(&again).await.unwrap();
    assert!(sent.len() >= 4, "{sent:?}");
    let counts = scene.delivered().await;
    assert!(counts.iter().all(|one| !one.attempts.is_empty()));
    scene.asked_again(&id, asked).await;

    let state = scene.is("ada", "cancelled").await;
    let end = scene.store().purchase(&id).await.unwrap().expiration_date;
    assert_eq!(seconds(&state["periodEnd"]), end.unwrap().as_second());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}
