//! DynamoDB without capacity, transactions that meet, and a queue that delivers again.

use cloud::retry::RECEIVES;
use in_process_aws::Shortage;
use jiff::SignedDuration;
use lambda_runtime::{Context, LambdaEvent};

use crate::{Scene, scene};

const QUEUE: &str = "verification";

/// Hands over what the queue delivers now, until it delivers nothing. Returns the number of messages.
async fn drain(scene: &Scene) -> usize {
    let mut delivered = 0;
    while let Some(batch) = scene.aws.receive(QUEUE, 10) {
        let event = serde_json::from_value(batch.event.clone()).unwrap();
        let answer = scene
            .verifier
            .handle(LambdaEvent::new(event, Context::default()));
        let failures = answer.await.unwrap().batch_item_failures.into_iter();
        let failed: Vec<String> = failures.map(|failure| failure.item_identifier).collect();
        scene.aws.end(&batch, &failed);
        delivered += batch.event["Records"].as_array().unwrap().len();
    }
    delivered
}

/// A claim that waits in the queue.
async fn queued(scene: &Scene) {
    scene.store.sells("vzs-1");
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    let body = serde_json::to_string(&claim).unwrap();
    scene.aws.put_message(QUEUE, &body);
}

#[tokio::test]
async fn a_transaction_that_was_cancelled_for_a_moment_is_sent_again() {
    let reasons: [&'static [&'static str]; 2] = [
        &["None", "TransactionConflict"],
        &["ThrottlingError", "TransactionConflict"],
    ];
    for reasons in reasons {
        let scene = scene().await;
        queued(&scene).await;
        scene.aws.run_short(Shortage::cancelling(reasons).times(2));
        assert_eq!(drain(&scene).await, 1);
        assert!(scene.ended(1).await.unwrap().is_ok());
        assert_eq!(scene.stored("vzs-1").await.unwrap().subscription.version, 1);
    }
}

#[tokio::test]
async fn a_condition_that_failed_on_the_purchase_is_decided_again() {
    let scene = scene().await;
    queued(&scene).await;
    let failed = Shortage::cancelling(&["ConditionalCheckFailed"]);
    scene.aws.run_short(failed.times(2));
    assert_eq!(drain(&scene).await, 1);
    assert!(scene.ended(1).await.unwrap().is_ok());
    assert_eq!(scene.store.asked(), ["vzs-1"], "the answer still counts");
}

#[tokio::test]
async fn without_capacity_the_message_comes_again_and_nothing_is_lost() {
    let reasons: [Shortage; 3] = [
        Shortage::of_operation("TransactWriteItems"),
        Shortage::of_operation("GetItem"),
        Shortage::cancelling(&["ItemCollectionSizeLimitExceeded"]),
    ];
    for shortage in reasons {
        let scene = scene().await;
        queued(&scene).await;
        scene.aws.run_short(shortage.clone());
        assert_eq!(drain(&scene).await, 1);
        assert!(scene.aws.items("subscriptions").is_empty(), "{shortage:?}");
        assert_eq!(scene.aws.message_counts(QUEUE), [0, 1, 0], "{shortage:?}");

        scene.aws.accept();
        scene.aws.advance(SignedDuration::from_secs(1));
        assert_eq!(drain(&scene).await, 1, "after a second");
        assert!(scene.ended(1).await.unwrap().is_ok(), "{shortage:?}");
        assert_eq!(scene.aws.message_counts(QUEUE), [0, 0, 0]);
    }
}

#[tokio::test]
async fn one_throttled_purchase_holds_up_no_other() {
    let scene = scene().await;
    queued(&scene).await;
    drain(&scene).await;
    let stored = scene.aws.items("subscriptions");
    let purchase = stored.iter().find(|item| item["sk"]["S"] == "current");
    let pk = purchase.unwrap()["pk"]["S"].as_str().unwrap();
    scene.store.sells("vzs-2");
    for (number, key) in [(2, "vzs-1"), (3, "vzs-2")] {
        let claim = scene.submit(number, key, "ada", 1).await;
        let body = serde_json::to_string(&claim).unwrap();
        scene.aws.put_message(QUEUE, &body);
    }
    scene.aws.run_short(Shortage::of_key(pk));

    assert_eq!(drain(&scene).await, 2);

    assert_eq!(scene.ended(2).await, None);
    assert!(scene.ended(3).await.unwrap().is_ok());
    assert_eq!(scene.aws.message_counts(QUEUE), [0, 1, 0]);
}

#[tokio::test]
async fn a_message_that_always_fails_is_a_dead_letter_after_its_last_receive() {
    let scene = scene().await;
    queued(&scene).await;
    scene
        .aws
        .run_short(Shortage::of_operation("TransactWriteItems"));
    let mut deliveries = 0;
    for _hour in 0..RECEIVES + 2 {
        deliveries += drain(&scene).await;
        scene.aws.advance(SignedDuration::from_mins(5));
    }
    assert_eq!(u32::try_from(deliveries).unwrap(), RECEIVES);
    assert_eq!(scene.aws.message_counts(QUEUE), [0, 0, 0]);
    assert_eq!(scene.aws.message_counts("dead-letters"), [1, 0, 0]);
}

#[tokio::test]
async fn with_too_many_messages_in_flight_the_rest_waits_for_those_that_end() {
    let scene = scene().await;
    scene
        .aws
        .configure_queue(QUEUE, |settings| settings.most_in_flight = 1);
    for (number, key) in [(1, "vzs-1"), (2, "vzs-2")] {
        scene.store.sells(key);
        let claim = scene.submit(number, key, "ada", 1).await;
        let body = serde_json::to_string(&claim).unwrap();
        scene.aws.put_message(QUEUE, &body);
    }
    scene.store.fails("vzs-1", 500);

    // The first one is hidden, which counts as in flight.
    assert_eq!(drain(&scene).await, 1);
    assert_eq!(scene.aws.message_counts(QUEUE), [1, 1, 0]);
    for _second in 0..8 {
        scene.aws.advance(SignedDuration::from_secs(1));
        drain(&scene).await;
    }
    // The schedule has taken the first one over, and there is room for the second.
    assert_eq!(scene.aws.message_counts(QUEUE), [0, 0, 0]);
    assert_eq!(scene.submission(1).await.deferrals, 1);
    assert!(scene.ended(2).await.unwrap().is_ok());
}
