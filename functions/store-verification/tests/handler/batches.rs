//! Many messages at once.

use std::time::Duration;

use crate::{batch, check, scene};

#[tokio::test]
async fn one_bad_message_does_not_fail_the_others() {
    let scene = scene().await;
    for key in ["vzs-1", "vzs-2", "vzs-3"] {
        scene.store.sells(key);
    }
    scene.store.fails("vzs-2", 500);
    let claims = [
        scene.submit(1, "vzs-1", "ada", 1).await,
        scene.submit(2, "vzs-2", "ada", 1).await,
        scene.submit(3, "vzs-3", "ada", 1).await,
    ];
    let mut messages = batch(&claims.map(|claim| (claim, 1)));
    let mut unreadable = messages.records[0].clone();
    unreadable.message_id = Some("m3".to_owned());
    unreadable.body = Some("{\"broadcasterId\": 5}".to_owned());
    messages.records.push(unreadable);

    let again = scene.deliver(messages).await;

    assert_eq!(again, ["m1", "m3"]);
    assert!(scene.ended(1).await.unwrap().is_ok());
    assert_eq!(scene.ended(2).await, None);
    assert!(scene.ended(3).await.unwrap().is_ok());
}

#[tokio::test]
async fn purchases_are_looked_up_at_once_and_each_by_one_at_a_time() {
    let scene = scene().await;
    scene.store.takes(Duration::from_millis(400));
    let mut checks = Vec::new();
    for key in ["vzs-1", "vzs-1", "vzs-1", "vzs-2", "vzs-3", "vzs-4"] {
        scene.store.sells(key);
        // Later than every look: none is spared as known already.
        let mut one = check(key);
        one.received_at = crate::seconds_ago(-60);
        checks.push(one);
    }
    assert_eq!(scene.verify(&checks).await, [""; 0]);
    assert_eq!(scene.store.asked().len(), 6);
    assert_eq!(scene.store.most_at_once(), (4, 1));
}

#[tokio::test]
async fn a_look_that_was_made_since_answers_for_the_rest() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    let checks = [check("vzs-1"), check("vzs-1"), check("vzs-1")];
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(scene.verify(&checks).await, [""; 0]);
    assert_eq!(scene.store.asked(), ["vzs-1"]);
}

#[tokio::test]
async fn of_two_claims_the_later_one_holds_in_whatever_order_they_come() {
    for order in [[0, 1], [1, 0]] {
        let scene = scene().await;
        scene.store.sells("vzs-1");
        let claims = [
            scene.submit(1, "vzs-1", "ada", 20).await,
            scene.submit(2, "vzs-1", "bob", 10).await,
        ];
        let ordered = order.map(|place: usize| claims[place].clone());
        assert_eq!(scene.verify(&ordered).await, [""; 0]);
        assert_eq!(scene.holder("vzs-1").await.as_deref(), Some("bob"));
    }
}

#[tokio::test]
async fn with_too_little_time_left_nothing_is_begun() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    let messages = batch(&[(claim, 3), (check("vzs-2"), 1)]);

    let again = scene.deliver_with(messages, Duration::from_secs(10)).await;

    assert_eq!(again, ["m0", "m1"]);
    assert!(scene.store.asked().is_empty());
    assert_eq!(scene.ended(1).await, None);
    let soon = [("r0".to_owned(), 1), ("r1".to_owned(), 1)];
    assert_eq!(scene.hidden(), soon);
}

#[tokio::test]
async fn a_message_that_waits_for_its_turn_waits_for_the_next_batch_when_time_runs_out() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    scene.store.takes(Duration::from_millis(1500));
    let claims = [
        (scene.submit(1, "vzs-1", "ada", 30).await, 1),
        (scene.submit(2, "vzs-1", "bob", 20).await, 1),
        (scene.submit(3, "vzs-1", "eve", 10).await, 1),
    ];
    // A verification is begun with 14 s left or more.
    let again = scene
        .deliver_with(batch(&claims), Duration::from_secs(16))
        .await;
    assert_eq!(again.last().map(String::as_str), Some("m2"));
    assert!(scene.ended(1).await.is_some());
    assert_eq!(scene.ended(3).await, None);
}

#[tokio::test]
async fn two_batches_that_decide_on_the_same_purchase_both_come_to_an_end() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    scene.store.takes(Duration::from_millis(50));
    let first = [scene.submit(1, "vzs-1", "ada", 20).await];
    let second = [scene.submit(2, "vzs-1", "bob", 10).await];

    let (again, too) = futures::join!(scene.verify(&first), scene.verify(&second));

    assert_eq!((again.len(), too.len()), (0, 0));
    assert_eq!(scene.holder("vzs-1").await.as_deref(), Some("bob"));
    let ends = (scene.ended(1).await, scene.ended(2).await);
    assert!(ends.0.is_some() && ends.1.unwrap().is_ok(), "{ends:?}");
}

#[tokio::test]
async fn the_same_message_twice_at_once_has_one_effect() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    scene.store.takes(Duration::from_millis(50));
    let claim = [scene.submit(1, "vzs-1", "ada", 5).await];

    let (again, too) = futures::join!(scene.verify(&claim), scene.verify(&claim));

    assert_eq!((again.len(), too.len()), (0, 0));
    let stored = scene.stored("vzs-1").await.unwrap().subscription;
    assert_eq!((stored.version, stored.ownership.sequence), (1, 1));
}
