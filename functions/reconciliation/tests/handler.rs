//! Runs of the schedule.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use cloud::item::{due_shard, sortable};
use cloud::purchases::{Purchases, Submission};
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::Subscriptions;
use domain::{CorrelationId, CustomerId, Store, Timestamp};
use in_process_aws::{InProcessAws, Purchase, Refusal, event, event_names};
use lambda_runtime::{Context, LambdaEvent};
use reconciliation::{Queued, Reconciliation};
use serde_json::{Value, json};

/// Long overdue, and not due in this century.
const OVERDUE: &str = "2026-01-01T00:00:00Z";
const LATER: &str = "2099-01-01T00:00:00Z";

async fn run(aws: &InProcessAws) -> Result<Queued, cloud::CloudError> {
    aws.with_settings(Default::default()).await;
    let reconciliation = Reconciliation::from_environment(&aws.aws()).unwrap();
    let payload = event("reconciliation/schedule");
    reconciliation
        .handle(LambdaEvent::new(payload, Context::default()))
        .await
}

/// A subscription with little more than what the index shows.
fn subscription(number: usize, due_at: &str) -> Value {
    let pk = format!("700100200#vizio#{number:064}");
    json!({
        "pk": {"S": pk}, "sk": {"S": "current"},
        "due_shard": {"S": due_shard(&pk)},
        "due_at": {"S": sortable(due_at.parse().unwrap())},
        "broadcaster_id": {"S": "700100200"}, "store": {"S": "vizio"},
        "locator": {"M": {"key": {"S": format!("vzs-{number}")}}},
        "announce": {"BOOL": false},
    })
}

fn add(aws: &InProcessAws, numbers: impl Iterator<Item = usize>, due_at: &str) {
    let puts: Vec<Value> = numbers
        .map(|number| json!({"PutRequest": {"Item": subscription(number, due_at)}}))
        .collect();
    for chunk in puts.chunks(25) {
        let batch = json!({"RequestItems": {"subscriptions": chunk}});
        let _written = aws.dynamodb("BatchWriteItem", batch);
    }
}

/// Adds a submission that was received long ago, and answers it.
async fn submitted(aws: &InProcessAws) -> Submission {
    let submission = Submission {
        broadcaster_id: "700100200".to_owned().try_into().unwrap(),
        store: Store::Vizio,
        locator: Purchase::new("vzs-1").locator(),
        customer_id: CustomerId::new("ada").unwrap(),
        correlation_id: "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1"
            .parse::<CorrelationId>()
            .unwrap(),
        submitted_at: OVERDUE.parse().unwrap(),
        deferrals: 0,
        offer_id: None,
        coupon_code: None,
        proof: None,
        outcome: None,
    };
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    purchases.submit(&submission).await.unwrap();
    aws.forget_calls();
    submission
}

#[tokio::test]
async fn what_is_due_is_queued_and_what_is_not_is_left() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..3, OVERDUE);
    add(&aws, 3..6, LATER);

    let queued = run(&aws).await.unwrap();

    assert_eq!(
        queued,
        Queued {
            subscriptions: 3,
            submissions: 0,
            notifications: 0,
            undelivered: 0,
        }
    );
    let mut keys: Vec<_> = aws
        .sent("verification")
        .into_iter()
        .map(|message| {
            assert_eq!(message["cause"], json!({"type": "reconciliation"}));
            message["locator"]["key"].as_str().unwrap().to_owned()
        })
        .collect();
    keys.sort();
    assert_eq!(keys, ["vzs-0", "vzs-1", "vzs-2"]);
}

#[tokio::test]
async fn what_was_queued_is_not_queued_again_a_minute_later() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..3, OVERDUE);
    submitted(&aws).await;
    assert_eq!(
        run(&aws).await.unwrap(),
        Queued {
            subscriptions: 3,
            submissions: 1,
            notifications: 0,
            undelivered: 0,
        }
    );
    assert_eq!(
        run(&aws).await.unwrap(),
        Queued {
            subscriptions: 0,
            submissions: 0,
            notifications: 0,
            undelivered: 0,
        }
    );
}

#[tokio::test]
async fn a_forgotten_submission_is_queued_as_the_claim_that_it_was() {
    let aws = InProcessAws::start().await;
    let submission = submitted(&aws).await;

    run(&aws).await.unwrap();

    let message = &aws.sent("verification")[0];
    assert_eq!(message["cause"]["type"], "claim");
    assert_eq!(message["cause"]["customerId"], "ada");
    assert_eq!(
        message["cause"]["correlationId"],
        json!(submission.correlation_id)
    );
    assert_eq!(message["receivedAt"], json!(submission.submitted_at));
}

#[tokio::test]
async fn a_deferred_notification_is_queued_as_it_was_and_once_in_a_lease() {
    let aws = InProcessAws::start().await;
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    let received_at: Timestamp = OVERDUE.parse().unwrap();
    let cause = VerificationCause::Notification {
        id: "vzn-1".to_owned(),
        kind: "SUBSCRIPTION.UPDATED".to_owned(),
        sent_at: None,
        notice: None,
        voided: None,
    };
    let notification = Verification::new(
        "700100200".to_owned().try_into().unwrap(),
        Store::Vizio,
        Purchase::new("vzs-1").locator(),
        cause,
        received_at,
    );
    let kept = purchases
        .defer_notification(&notification, |_times| received_at)
        .await;
    assert!(kept.unwrap());

    let queued = run(&aws).await.unwrap();

    assert_eq!((queued.notifications, queued.submissions), (1, 0));
    let expected = Verification {
        deferred: true,
        ..notification
    };
    assert_eq!(aws.sent("verification"), [json!(expected)]);
    assert_eq!(run(&aws).await.unwrap().notifications, 0);
}

#[tokio::test]
async fn a_subscription_as_it_is_really_written_is_found_when_its_day_has_come() {
    let aws = InProcessAws::start().await;
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let mut purchase = Purchase::new("vzs-1");
    purchase.now = OVERDUE.parse::<Timestamp>().unwrap();
    purchase.claim("ada");
    let locator = purchase.locator();
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();

    let queued = run(&aws).await.unwrap();

    assert_eq!(queued.subscriptions, 1);
    let message = &aws.sent("verification")[0];
    assert_eq!(message["locator"], serde_json::to_value(locator).unwrap());
}

#[tokio::test]
async fn two_runs_at_once_queue_each_thing_once() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..40, OVERDUE);
    let (first, second) = futures::join!(run(&aws), run(&aws));
    let queued = first.unwrap().subscriptions + second.unwrap().subscriptions;
    assert_eq!(queued, 40);
    assert_eq!(aws.sent("verification").len(), 40);
}

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

#[test]
fn every_event_is_used() {
    assert_eq!(event_names("reconciliation"), ["schedule"]);
}

/// The calls that a run makes with 100 subscriptions due among `others` that are not.
async fn calls_with(others: usize) -> Vec<(String, usize)> {
    let aws = InProcessAws::start().await;
    add(&aws, 0..100, OVERDUE);
    add(&aws, 100..100 + others, LATER);
    assert_eq!(run(&aws).await.unwrap().subscriptions, 100);
    let mut calls = std::collections::BTreeMap::<String, usize>::new();
    for call in aws.calls() {
        *calls.entry(call.operation).or_default() += 1;
    }
    calls.into_iter().collect()
}

#[tokio::test]
async fn a_run_costs_by_what_is_due_and_not_by_what_there_is() {
    let few = calls_with(0).await;
    let many = calls_with(9_900).await;

    assert_eq!(few, many);
    let (_, batches) = many
        .iter()
        .find(|(name, _)| name == "SendMessageBatch")
        .unwrap();
    // One look at each of 16 shards of three kinds, one write for each that is due.
    assert!((10..=26).contains(batches), "{batches}");
    let rest: Vec<_> = many
        .iter()
        // The profile is put by the test.
        .filter(|(name, _)| !["PutItem", "SendMessageBatch"].contains(&name.as_str()))
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    // One read of the broadcaster's profile: whether there is still anybody to ask for.
    assert_eq!(rest, [("GetItem", 1), ("Query", 49), ("UpdateItem", 100)]);
}
