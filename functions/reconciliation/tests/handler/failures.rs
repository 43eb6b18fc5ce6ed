//! Runs that a service refuses or throttles in part.

use in_process_aws::{InProcessAws, Refusal, Shortage};
use reconciliation::Queued;

use crate::{OVERDUE, add, run, submitted, subscription};

#[tokio::test]
async fn what_the_queue_does_not_take_is_not_counted() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..40, OVERDUE);
    aws.refuse(Refusal::Entries(|message| message.contains("vzs-1\"")));
    assert_eq!(run(&aws).await.unwrap().subscriptions, 39);
}

#[tokio::test]
async fn the_failure_of_one_shard_does_not_stop_the_others() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..160, OVERDUE);
    submitted(&aws).await;
    aws.refuse(Refusal::Times("Query", 1));

    let failed = run(&aws).await;

    assert!(failed.is_err(), "the run is counted as failed");
    let sent = aws.sent("verification");
    let claims = sent
        .iter()
        .filter(|message| message["cause"]["type"] == "claim");
    assert_eq!(claims.count(), 1);
    assert!(sent.len() > 130, "{}", sent.len());
    let rest = run(&aws).await.unwrap_or(Queued {
        subscriptions: 0,
        submissions: 0,
        notifications: 0,
        undelivered: 0,
    });
    assert_eq!(
        sent.len() + rest.subscriptions,
        161,
        "the next run does what this one did not"
    );
}

#[tokio::test]
async fn what_was_taken_is_queued_although_other_writes_of_the_run_fail() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..640, OVERDUE);
    aws.refuse(Refusal::Times("UpdateItem", 16));

    assert!(run(&aws).await.is_err(), "the run is counted as failed");

    let sent = aws.sent("verification").len();
    assert!(sent >= 320, "{sent}: only the failing shards stop");
    let rest = run(&aws).await.unwrap().subscriptions;
    assert_eq!(sent + rest, 640, "nothing was taken and not queued");
}

#[tokio::test]
async fn a_throttled_item_stays_due_and_holds_up_no_other() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..64, OVERDUE);
    let throttled = subscription(7, OVERDUE)["pk"]["S"].clone();
    aws.run_short(Shortage::of_key(throttled.as_str().unwrap()));

    assert!(run(&aws).await.is_err(), "the run is counted as failed");

    let sent = aws.sent("verification").len();
    assert!(sent >= 32, "{sent}: at most its shard stops");
    aws.accept();
    let rest = run(&aws).await.unwrap().subscriptions;
    assert_eq!(sent + rest, 64);
}

#[tokio::test]
async fn what_the_queue_refuses_is_due_at_once_and_not_after_a_lease() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..40, OVERDUE);
    submitted(&aws).await;
    aws.refuse(Refusal::Operation("SendMessageBatch"));
    assert!(run(&aws).await.is_err());
    aws.accept();

    aws.refuse(Refusal::Entries(|message| message.contains("vzs-7\"")));
    let queued = run(&aws).await.unwrap();
    assert_eq!((queued.subscriptions, queued.submissions), (39, 1));
    aws.accept();

    assert_eq!(run(&aws).await.unwrap().subscriptions, 1);
}
