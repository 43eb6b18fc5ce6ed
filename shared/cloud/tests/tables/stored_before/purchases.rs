//! Table of purchases.

use std::time::Duration;

use cloud::limits::{Admission, ClaimLimits};
use cloud::purchases::{Limited, Purchases, RateLimits, Submitted, Turn};
use cloud::queue::Verification;
use domain::{CorrelationId, Store, Timestamp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Tables, text};
use crate::{at, broadcaster, customer};

const TABLE: &str = "purchases";

fn both(tables: &Tables) -> (Purchases, Purchases) {
    let table =
        |aws: &in_process_aws::InProcessAws| Purchases::from_environment(&aws.aws()).unwrap();
    (table(&tables.before), table(&tables.after))
}

#[tokio::test]
async fn submissions_are_read_and_written_unchanged() {
    let fixture = include_str!("../fixtures/stored/submissions.json");
    let tables = Tables::with(TABLE, fixture).await;
    let (before, after) = both(&tables);
    let dynamodb = aws_sdk_dynamodb::Client::new(&tables.after.aws().config);
    for item in tables
        .fixture
        .iter()
        .filter(|item| item["locator"].is_object())
    {
        let id: CorrelationId = text(item, "correlation_id").parse().unwrap();
        let submission = before
            .submission(&broadcaster(), id)
            .await
            .unwrap()
            .unwrap();
        if submission.outcome.is_none() {
            let recorded = after.submit(&submission).await.unwrap();
            assert_eq!(recorded, Submitted::New(id));
        } else {
            let finish = after.finish(&submission).unwrap();
            let written = dynamodb.transact_write_items().transact_items(finish);
            let _written = written.send().await.unwrap();
        }
    }
    tables.assert_unchanged();
}

#[tokio::test]
async fn a_submission_repeats_the_stored_one_with_its_content() {
    let fixture = include_str!("../fixtures/stored/submissions.json");
    let tables = Tables::with(TABLE, fixture).await;
    let (table, _) = both(&tables);
    let correlation_id: CorrelationId = text(&tables.fixture[0], "correlation_id").parse().unwrap();
    let mut again = table
        .submission(&broadcaster(), correlation_id)
        .await
        .unwrap()
        .unwrap();
    again.correlation_id = CorrelationId(uuid::Uuid::from_u128(1));
    let expected = Submitted::Pending {
        correlation_id,
        queue_again: false,
    };
    assert_eq!(table.submit(&again).await.unwrap(), expected);
}

#[tokio::test]
async fn due_submissions_are_read() {
    let fixture = include_str!("../fixtures/stored/submissions.json");
    let tables = Tables::with(TABLE, fixture).await;
    let (table, _) = both(&tables);
    let shard = text(&tables.fixture[0], "due_shard");
    let now = at("2025-03-06T00:00:00Z");
    let index = table.due_submissions();
    let due = index.page(shard, now, 10, None).await.unwrap().due;
    let shown: Vec<_> = due
        .iter()
        .map(|due| (due.content.correlation_id.to_string(), due.since()))
        .collect();
    let pk = text(&tables.fixture[0], "pk");
    let due_at = at(text(&tables.fixture[0], "due_at"));
    assert_eq!(shown.len(), 1);
    assert!(pk.ends_with(&shown[0].0), "{pk}");
    assert_eq!(shown[0].1, Some(due_at));
}

async fn taken(table: &Purchases, now: Timestamp) -> Vec<Verification> {
    let lease = now + SignedDuration::from_mins(15);
    in_process_aws::take_deferred(table, now, lease).await
}

#[tokio::test]
async fn deferred_notifications_are_read_and_deferred_again() {
    let fixture = include_str!("../fixtures/stored/deferred_notifications.json");
    let mut tables = Tables::with(TABLE, fixture).await;
    for item in &tables.fixture {
        tables.after.put_item(TABLE, item);
    }
    let (before, after) = both(&tables);
    let due_at = at("2025-03-07T00:00:00Z");
    for notification in taken(&before, at("2025-03-06T12:00:00Z")).await {
        assert!(
            after
                .defer_notification(&notification, |_| due_at)
                .await
                .unwrap()
        );
    }
    for item in &mut tables.fixture {
        for counted in ["times", "version"] {
            let number: u32 = item[counted]["N"].as_str().unwrap().parse().unwrap();
            item[counted] = json!({"N": (number + 1).to_string()});
        }
        item["due_at"] = json!({"S": "2025-03-07T00:00:00.000Z"});
    }
    tables.assert_unchanged();
}

#[tokio::test]
async fn positions_in_lists_of_undelivered_notifications_are_read_and_written_unchanged() {
    let fixture = include_str!("../fixtures/stored/history_cursors.json");
    let tables = Tables::with(TABLE, fixture).await;
    let (before, after) = both(&tables);
    let (now, due_at) = (at("2025-03-06T12:00:00Z"), at("2025-03-06T10:00:00Z"));
    for cursor in before.take_histories(now, now, 10).await.unwrap() {
        let begun = after.begin_history(&cursor.broadcaster_id, cursor.store, now);
        begun.await.unwrap();
        after.advance_history(&cursor, due_at).await.unwrap();
    }
    tables.assert_unchanged();
}

fn value(tables: &Tables, key: &str, name: &str) -> Value {
    let items = tables.before.items(TABLE);
    let counter = items.iter().find(|item| text(item, "pk").contains(key));
    counter.unwrap()[name].clone()
}

#[tokio::test]
async fn counters_and_limits_go_on() {
    let fixture = include_str!("../fixtures/stored/counters.json");
    let tables = Tables::with(TABLE, fixture).await;
    let (table, _) = both(&tables);
    let limits = ClaimLimits::from_environment(&tables.before.aws()).unwrap();
    let (id, ada, now) = (broadcaster(), customer("ada"), at("2025-03-05T09:30:00Z"));

    let refused = limits.admit(&id, &ada, now).await.unwrap();
    assert!(
        matches!(refused, Admission::Refused { .. }),
        "60 were counted"
    );
    let _counted = limits.count_failure(&id, &ada, now).await.unwrap();
    assert_eq!(value(&tables, "#claims#", "failures"), json!({"N": "5"}));
    assert_eq!(
        value(&tables, "#failed-claims#", "failures"),
        json!({"N": "13"})
    );
    assert_eq!(table.count_transfer(&id, &ada, now).await.unwrap(), 4);
    let interval = Duration::from_millis(100);
    let limited = Limited {
        broadcaster: id.clone(),
        store: Store::SamsungTv,
        part: "",
    };
    let limits = RateLimits::new(table.clone());
    let turn = limits.turn(&limited, interval, Duration::from_secs(3), now);
    let in_a_second = now + Duration::from_secs(1);
    assert_eq!(turn.await.unwrap(), Turn::At(in_a_second));
    assert_eq!(
        tables.before.items(TABLE).len(),
        tables.fixture.len(),
        "no other item"
    );
}
