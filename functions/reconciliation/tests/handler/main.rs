//! Runs of the schedule.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod failures;

use std::time::Duration;

use cloud::item::{due_shard, sortable};
use cloud::purchases::{Purchases, Submission};
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::Subscriptions;
use domain::{BroadcasterSettings, CorrelationId, CustomerId, Store, Timestamp};
use in_process_aws::{InProcessAws, Purchase, Refusal, event, event_names};
use lambda_runtime::{Context, LambdaEvent};
use reconciliation::{Queued, Reconciliation};
use serde_json::{Value, json};

/// Long overdue, and not due in this century.
const OVERDUE: &str = "2026-01-01T00:00:00Z";
const LATER: &str = "2099-01-01T00:00:00Z";

async fn run(aws: &InProcessAws) -> Result<Queued, cloud::CloudError> {
    run_with(aws, 1_440 * 10_000).await
}

/// A run whose broadcaster allows so many checks in a day.
async fn run_with(aws: &InProcessAws, checks_per_day: u32) -> Result<Queued, cloud::CloudError> {
    let settings = BroadcasterSettings {
        checks_per_day: [(Store::Vizio, checks_per_day)].into(),
        ..BroadcasterSettings::default()
    };
    aws.with_settings(settings).await;
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

#[test]
fn every_event_is_used() {
    assert_eq!(event_names("reconciliation"), ["schedule"]);
}

#[tokio::test]
async fn a_backlog_is_drained_in_one_run_and_submissions_come_first() {
    let aws = InProcessAws::start().await;
    // Less than a page in most shards, and several pages in one.
    add(&aws, 0..640, OVERDUE);
    for number in 640..1_000 {
        let mut item = subscription(number, OVERDUE);
        item["due_shard"]["S"] = json!("due-03");
        aws.put_item("subscriptions", &item);
    }
    submitted(&aws).await;

    let queued = run(&aws).await.unwrap();

    assert_eq!((queued.subscriptions, queued.submissions), (1_000, 1));
    let sent = aws.sent("verification");
    assert_eq!(sent[0]["cause"]["type"], "claim");
    let mut keys: Vec<_> = sent
        .iter()
        .map(|one| one["locator"]["key"].to_string())
        .collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 1_000, "each once");
}

#[tokio::test]
async fn checks_beyond_the_daily_budget_are_postponed_and_the_rest_is_spread_over_the_minute() {
    let aws = InProcessAws::start().await;
    add(&aws, 0..100, OVERDUE);
    submitted(&aws).await;

    let queued = run_with(&aws, 1_440 * 25).await.unwrap();

    assert_eq!((queued.subscriptions, queued.submissions), (25, 1));
    let mut delays: Vec<_> = aws
        .inputs("SendMessageBatch")
        .iter()
        .flat_map(|batch| batch["Entries"].as_array().unwrap().clone())
        .map(|entry| entry["DelaySeconds"].as_u64().unwrap_or_default())
        .collect();
    delays.sort_unstable();
    // The submission and the first check at once.
    assert_eq!(delays[..3], [0, 0, 2]);
    assert_eq!(delays.last(), Some(&48));
    // The others come back when later runs can ask for them, and not in the next minute.
    let queued = run_with(&aws, 1_440 * 25).await.unwrap();
    assert_eq!(queued.subscriptions, 0);
    let now = cloud::clock::now();
    let in_half_an_hour = sortable(now + Duration::from_secs(1_700));
    let in_two_hours = sortable(now + Duration::from_secs(7_200));
    let postponed = aws
        .items("subscriptions")
        .iter()
        .map(|item| item["due_at"]["S"].as_str().unwrap().to_owned())
        .filter(|due_at| (&in_half_an_hour..&in_two_hours).contains(&due_at))
        .count();
    assert_eq!(postponed, 75);
}

#[tokio::test]
async fn checks_wait_while_the_queue_is_full_and_submissions_do_not() {
    let waiting = |number: usize| {
        let number = number.to_string();
        let answer = json!({"Attributes": {"ApproximateNumberOfMessages": number}});
        Refusal::Garbled("GetQueueAttributes", answer.to_string())
    };
    let aws = InProcessAws::start().await;
    add(&aws, 0..640, OVERDUE);
    submitted(&aws).await;

    aws.refuse(waiting(1_000_000));
    let queued = run(&aws).await.unwrap();
    assert_eq!((queued.subscriptions, queued.submissions), (0, 1));

    aws.refuse(waiting(20_000 - 64));
    let queued = run(&aws).await.unwrap();
    assert!((32..=64).contains(&queued.subscriptions), "{queued:?}");
}

#[tokio::test]
async fn an_old_shard_is_still_read() {
    // With 16 shards, an item was in one of the first 16; it stays there until its next write.
    let aws = InProcessAws::start().await;
    let mut item = subscription(1, OVERDUE);
    item["due_shard"]["S"] = json!("due-15");
    aws.put_item("subscriptions", &item);
    assert_eq!(run(&aws).await.unwrap().subscriptions, 1);
}

#[tokio::test]
async fn a_run_reports_how_long_the_oldest_item_has_waited() {
    let logs = in_process_aws::Logs::collect("info");
    let aws = InProcessAws::start().await;
    let hour_ago = cloud::clock::now() - jiff::SignedDuration::from_hours(1);
    add(&aws, 0..3, &hour_ago.to_string());
    run(&aws).await.unwrap();
    run(&aws).await.unwrap();

    let text = logs.text();
    let ages: Vec<i64> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter_map(|line| line["oldest_due_s"].as_i64())
        .collect();
    assert!((3600..3700).contains(&ages[0]), "{text}");
    assert_eq!(ages[1..], [0]);
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

/// A purchase whose check is due.
async fn bought(aws: &InProcessAws, purchase: &Purchase) {
    let locator = purchase.locator();
    let subscriptions = Subscriptions::from_environment(&aws.aws()).unwrap();
    let change = purchase.change(&locator);
    subscriptions.write(&change, Vec::new()).await.unwrap();
    let mut item = current(aws);
    item["due_at"] = json!({"S": sortable(OVERDUE.parse().unwrap())});
    aws.put_item("subscriptions", &item);
}

fn current(aws: &InProcessAws) -> Value {
    let mut items = aws.items("subscriptions").into_iter();
    items.find(|item| item["sk"]["S"] == "current").unwrap()
}

fn due_at(aws: &InProcessAws) -> Timestamp {
    let item = current(aws);
    item["due_at"]["S"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_check_moves_the_purchase_to_the_date_after_it() {
    let aws = InProcessAws::start().await;
    let purchase = Purchase::claimed("vzs-1", "ada");
    bought(&aws, &purchase).await;
    let now = cloud::clock::now();

    assert_eq!(run(&aws).await.unwrap().subscriptions, 1);

    let current = purchase.current.as_ref().unwrap();
    let next = domain::schedule::next_check(current, now).unwrap();
    let next = domain::schedule::spread(next, current, now);
    let wait = next.duration_since(now);
    assert!(wait > jiff::SignedDuration::from_hours(24), "{wait}");
    let moved = due_at(&aws).duration_since(next);
    assert!(moved.abs() < jiff::SignedDuration::from_mins(1), "{moved}");
}

#[tokio::test]
async fn a_check_that_the_queue_refuses_is_due_since_when_it_was() {
    let aws = InProcessAws::start().await;
    bought(&aws, &Purchase::claimed("vzs-1", "ada")).await;
    aws.refuse(Refusal::Operation("SendMessageBatch"));
    assert!(run(&aws).await.is_err());
    assert_eq!(due_at(&aws), OVERDUE.parse().unwrap());
}

#[tokio::test]
async fn a_purchase_whose_look_ups_failed_is_due_again_after_a_lease() {
    let aws = InProcessAws::start().await;
    bought(&aws, &Purchase::claimed("vzs-1", "ada")).await;
    let mut item = current(&aws);
    item["put_off"] = json!({"N": "1"});
    aws.put_item("subscriptions", &item);
    let before = cloud::clock::now();

    run(&aws).await.unwrap();

    let next = due_at(&aws).duration_since(before);
    assert!(next < jiff::SignedDuration::from_mins(16), "{next}");
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
    // Up to ten in each batch, and no batch for two shards.
    assert!((10..=64).contains(batches), "{batches}");
    let rest: Vec<_> = many
        .iter()
        // The profile is put by the test.
        .filter(|(name, _)| !["PutItem", "SendMessageBatch"].contains(&name.as_str()))
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    // One read of the broadcaster's profile: whether there is still anybody to ask for. One query
    // for each of 64 shards of three kinds and for the lists, one read and one write for each item.
    assert_eq!(
        rest,
        [
            ("GetItem", 101),
            ("GetQueueAttributes", 1),
            ("Query", 193),
            ("UpdateItem", 100)
        ]
    );
}
