//! Slow stores, and the time that the function has.

use std::time::{Duration, Instant};

use crate::{batch, notification, scene};

#[tokio::test]
async fn the_last_delivery_of_all_is_left_to_the_schedule_and_not_to_the_dead_letters() {
    let scene = scene().await;
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    let messages = batch(&[(claim, 12), (notification("vzs-2"), 12)]);
    let again = scene.deliver_with(messages, Duration::from_secs(4)).await;
    assert_eq!(again, [""; 0]);
    assert!(scene.store.asked().is_empty(), "there was no time to ask");
    assert_eq!(scene.submission(1).await.put_off, 1);
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
