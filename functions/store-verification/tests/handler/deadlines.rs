//! Slow stores, the time that the function has, and clocks that are ahead.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{batch, notification, scene, seconds_ago};

#[tokio::test]
async fn the_last_delivery_of_all_is_left_to_the_schedule_and_not_to_the_dead_letters() {
    let scene = scene().await;
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    let messages = batch(&[(claim, 12), (notification("vzs-2"), 12)]);
    let again = scene.deliver_with(messages, Duration::from_secs(4)).await;
    assert_eq!(again, [""; 0]);
    assert!(scene.store.asked().is_empty(), "there was no time to ask");
    assert_eq!(scene.submission(1).await.deferrals, 1);
    assert_eq!(scene.deferred().await.len(), 1);
}

#[tokio::test]
async fn a_slow_store_is_not_waited_for_beyond_the_function_s_end() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    scene.store.takes(Duration::from_secs(20));
    let messages = batch(&[(notification("vzs-1"), 12)]);
    let (began, left) = (Instant::now(), Duration::from_millis(5500));
    assert_eq!(scene.deliver_with(messages, left).await, [""; 0]);
    assert!(began.elapsed() < left, "{:?}", began.elapsed());
    assert_eq!(scene.deferred().await.len(), 1);
}

/// A function whose clock is ten minutes ahead sees a deadline that passed long ago.
#[tokio::test]
async fn a_function_whose_clock_is_ahead_dates_no_look_up_beyond_its_deadline() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    let mut notified = notification("vzs-1");
    notified.received_at = seconds_ago(600);
    let deadline = seconds_ago(570);

    let again = scene
        .deliver_by(batch(&[(notified.clone(), 1)]), deadline)
        .await;

    assert_eq!(again, [""; 0]);
    let stored = scene.stored("vzs-1").await.unwrap().subscription;
    assert_eq!(stored.watermark, deadline);
    // One that is received a minute later is looked at, by a function whose clock is right.
    notified.received_at = seconds_ago(540);
    scene.verify(&[notified]).await;
    assert_eq!(scene.store.asked().len(), 2);
}

#[tokio::test]
async fn a_sender_whose_clock_is_ahead_dates_no_receipt_after_its_message() {
    let scene = scene().await;
    let mut notified = notification("vzs-1");
    notified.received_at = seconds_ago(-600);
    let sent_at = seconds_ago(3);
    let mut messages = serde_json::to_value(batch(&[(notified, 12)])).unwrap();
    messages["Records"][0]["attributes"]["SentTimestamp"] =
        json!(sent_at.as_millisecond().to_string());
    scene.store.fails("vzs-1", 500);

    let again = scene
        .deliver(serde_json::from_value(messages).unwrap())
        .await;

    assert_eq!(again, [""; 0]);
    let deferred = scene.deferred().await;
    assert_eq!(deferred[0].received_at, sent_at);
}
