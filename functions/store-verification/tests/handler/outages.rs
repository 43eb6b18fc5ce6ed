//! Stores that do not answer: back-off by hiding the message, then the schedule.

use std::time::Duration;

use cloud::retry::STORE_DELIVERIES;
use domain::validation::ValidationFailure;
use in_process_aws::Refusal;

use crate::store::{Reply, active, failing};
use crate::{Scene, batch, check, notification, scene};

/// Claims a purchase, so that it is known.
async fn known(scene: &Scene, key: &str) {
    scene.store.sells(key);
    let claim = scene.submit(100, key, "ada", 60).await;
    assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    scene.aws.forget_calls();
}

#[tokio::test]
async fn each_delivery_hides_the_message_twice_as_long_until_the_schedule_takes_over() {
    let scene = scene().await;
    scene.store.fails("vzs-1", 500);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    let mut seconds = Vec::new();
    for deliveries in 1..STORE_DELIVERIES {
        scene.aws.forget_calls();
        let messages = batch(&[(claim.clone(), deliveries)]);
        assert_eq!(scene.deliver(messages).await, ["m0"]);
        let hidden = scene.hidden();
        assert_eq!(hidden[0].0, "r0");
        seconds.push(hidden[0].1);
    }
    assert_eq!(seconds, [1, 2]);
    assert_eq!(
        scene.deliver(batch(&[(claim, STORE_DELIVERIES)])).await,
        [""; 0]
    );
    assert!((55..=75).contains(&scene.due_in("purchases")));
}

#[tokio::test]
async fn a_throttling_store_is_given_the_time_that_it_asks_for() {
    let scene = scene().await;
    let reply = Reply {
        retry_after: Some(4),
        ..failing(429)
    };
    scene.store.reply("vzs-1", reply);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    assert_eq!(scene.verify(&[claim]).await, ["m0"]);
    assert_eq!(scene.hidden(), [("r0".to_owned(), 4)]);
}

#[tokio::test]
async fn a_store_that_asks_for_longer_than_a_message_hides_is_left_to_the_schedule() {
    let scene = scene().await;
    let reply = Reply {
        retry_after: Some(7200),
        ..failing(429)
    };
    scene.store.reply("vzs-1", reply);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    assert!(scene.due_in("purchases") >= 7190);
}

#[tokio::test]
async fn the_last_delivery_puts_a_claim_off_to_the_schedule() {
    let scene = scene().await;
    scene.store.fails("vzs-1", 503);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;

    let again = scene
        .deliver(batch(&[(claim.clone(), STORE_DELIVERIES)]))
        .await;

    assert_eq!(again, [""; 0], "the message is done with");
    assert!(scene.hidden().is_empty());
    assert_eq!(scene.submission(1).await.deferrals, 1);
    assert!((55..=75).contains(&scene.due_in("purchases")));

    // The second time it waits twice as long, and the third; then it is answered.
    scene
        .deliver(batch(&[(claim.clone(), STORE_DELIVERIES)]))
        .await;
    assert!((110..=150).contains(&scene.due_in("purchases")));
    scene.store.sells("vzs-1");
    assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    assert!(scene.ended(1).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_claim_that_the_store_has_not_decided_on_is_asked_about_again() {
    let scene = scene().await;
    let mut undecided = active("vzs-1");
    undecided.body["data"]["status"] = serde_json::json!("SOMETHING_NEW");
    scene.store.reply("vzs-1", undecided);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;

    assert_eq!(scene.verify(std::slice::from_ref(&claim)).await, ["m0"]);
    assert_eq!(scene.hidden(), [("r0".to_owned(), 1)]);
    assert_eq!(
        scene.deliver(batch(&[(claim, STORE_DELIVERIES)])).await,
        [""; 0]
    );
    assert!((55..=75).contains(&scene.due_in("purchases")));
    assert_eq!(scene.ended(1).await, None);
}

#[tokio::test]
async fn the_last_delivery_puts_a_known_purchase_off_and_takes_nothing_away() {
    let scene = scene().await;
    known(&scene, "vzs-1").await;
    scene.store.fails("vzs-1", 500);

    assert_eq!(
        scene
            .deliver(batch(&[(notification("vzs-1"), STORE_DELIVERIES)]))
            .await,
        [""; 0]
    );

    assert!((55..=75).contains(&scene.due_in("subscriptions")));
    let stored = scene.stored("vzs-1").await.unwrap();
    assert_eq!(stored.deferrals, 1);
    assert!(stored.subscription.access_granted(cloud::clock::now()));
    let items = scene.aws.items("subscriptions");
    let current = items
        .iter()
        .find(|item| item["sk"]["S"] == "current")
        .unwrap();
    assert_eq!(
        current["announce"]["BOOL"], false,
        "there is nothing to tell"
    );
}

#[tokio::test]
async fn a_scheduled_check_goes_back_to_the_schedule_and_ever_more_rarely() {
    let scene = scene().await;
    known(&scene, "vzs-1").await;
    scene.store.fails("vzs-1", 500);
    let mut waits = Vec::new();
    for _run in 0..5 {
        assert_eq!(scene.verify(&[check("vzs-1")]).await, [""; 0]);
        waits.push(scene.due_in("subscriptions"));
    }
    // After the claim three failures, which open the breaker: then nobody asks for a second.
    assert_eq!(scene.store.asked().len(), 1 + 3);
    let minutes = [1, 2, 4, 8, 16];
    for (wait, minutes) in waits.iter().zip(minutes) {
        let least = minutes * 60 - 10;
        assert!((least..=minutes * 75).contains(wait), "{waits:?}");
    }
    scene.store.sells("vzs-1");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(scene.verify(&[check("vzs-1")]).await, [""; 0]);
    assert_eq!(
        scene.stored("vzs-1").await.unwrap().deferrals,
        0,
        "it starts afresh"
    );
}

#[tokio::test]
async fn a_store_that_refuses_our_credentials_is_asked_hourly() {
    for status in [401, 403] {
        let scene = scene().await;
        scene.store.fails("vzs-1", status);
        let claim = scene.submit(1, "vzs-1", "ada", 1).await;
        assert_eq!(scene.verify(&[claim]).await, [""; 0]);
        assert_eq!(scene.ended(1).await, None, "never a failure");
        assert!((3590..=4500).contains(&scene.due_in("purchases")));
    }
    let scene = scene().await;
    known(&scene, "vzs-1").await;
    scene.store.fails("vzs-1", 401);
    assert_eq!(scene.verify(&[check("vzs-1")]).await, [""; 0]);
    assert!((3590..=4500).contains(&scene.due_in("subscriptions")));
}

#[tokio::test]
async fn after_a_refusal_the_credentials_are_read_anew() {
    let scene = scene().await;
    scene.store.fails("vzs-1", 401);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    for _time in 0..2 {
        scene.verify(std::slice::from_ref(&claim)).await;
    }
    // Once to begin with, and after each refusal.
    assert_eq!(scene.readings_of_credentials(), 3);
}

#[tokio::test]
async fn a_fault_of_our_own_hides_the_message_as_well() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    scene.aws.refuse(Refusal::Operation("GetSecretValue"));
    assert_eq!(scene.deliver(batch(&[(claim, 3)])).await, ["m0"]);
    assert_eq!(scene.hidden(), [("r0".to_owned(), 4)]);
}

#[tokio::test]
async fn a_message_that_cannot_be_hidden_still_comes_again() {
    let scene = scene().await;
    scene.store.fails("vzs-1", 500);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    scene
        .aws
        .refuse(Refusal::Operation("ChangeMessageVisibility"));
    assert_eq!(scene.verify(&[claim]).await, ["m0"]);
}

#[tokio::test]
async fn a_claim_that_the_store_never_decides_on_ends_after_72_hours() {
    for status in [503, 401, 200] {
        let scene = scene().await;
        // With 200 it is an answer that can't be read.
        scene.store.fails("vzs-1", status);
        let claim = scene.submit(1, "vzs-1", "ada", 72 * 3600 - 60).await;
        assert_eq!(
            scene.deliver(batch(&[(claim, STORE_DELIVERIES)])).await,
            [""; 0]
        );
        assert_eq!(scene.ended(1).await, None, "{status}");
        assert!(scene.due_in("purchases") <= 60, "once more at the end");

        let claim = scene.submit(2, "vzs-2", "ada", 72 * 3600).await;
        scene.store.fails("vzs-2", status);
        assert_eq!(
            scene.deliver(batch(&[(claim, STORE_DELIVERIES)])).await,
            [""; 0]
        );
        let undecided = Some(Err(ValidationFailure::StoreUndecided));
        assert_eq!(scene.ended(2).await, undecided, "{status}");
    }
}
