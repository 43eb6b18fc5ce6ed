//! What can't be read, or belongs to nobody any more, is not in the way of what is due.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use cloud::item::{due_shard, shard_name, sortable};
use in_process_aws::{BROADCASTER, InProcessAws, event};
use lambda_runtime::{Context, LambdaEvent};
use reconciliation::{Queued, Reconciliation};
use serde_json::{Value, json};

const OVERDUE: &str = "2026-01-01T00:00:00Z";
const LATER: &str = "2026-01-02T00:00:00Z";

async fn run(aws: &InProcessAws) -> Queued {
    let reconciliation = Reconciliation::from_environment(&aws.aws()).unwrap();
    let event = LambdaEvent::new(event("reconciliation/schedule"), Context::default());
    reconciliation.handle(event).await.unwrap()
}

/// Due items of a store, all in one shard.
fn due(broadcaster: &str, store: &str, due_at: &str, count: usize) -> Vec<Value> {
    let item = |number: usize| {
        let pk = format!("{broadcaster}#{store}#{number:064}");
        json!({
            "pk": {"S": pk}, "sk": {"S": "current"},
            "due_shard": {"S": due_shard(&pk)},
            "due_at": {"S": sortable(due_at.parse().unwrap())},
            "broadcaster_id": {"S": broadcaster}, "store": {"S": store},
            "locator": {"M": {"key": {"S": format!("key-{number}")}}},
            "announce": {"BOOL": true},
        })
    };
    (0..)
        .map(item)
        .filter(|item| item["due_shard"]["S"] == shard_name(3))
        .take(count)
        .collect()
}

fn submissions(broadcaster: &str, store: &str, due_at: &str, count: usize) -> Vec<Value> {
    let mut items = due(broadcaster, store, due_at, count);
    for item in &mut items {
        let object = item.as_object_mut().unwrap();
        object.remove("sk");
        object.insert("customer_id".to_owned(), json!({"S": "ada"}));
        object.insert("submitted_at".to_owned(), json!({"S": due_at}));
        let id = json!({"S": "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1"});
        object.insert("correlation_id".to_owned(), id);
    }
    items
}

fn put(aws: &InProcessAws, table: &str, items: &[Value]) {
    for item in items {
        aws.put_item(table, item);
    }
}

#[tokio::test]
async fn items_of_an_unknown_store_are_put_off_for_a_day_and_those_behind_them_are_queued() {
    let aws = InProcessAws::start().await;
    aws.with_settings(Default::default()).await;
    for table in ["subscriptions", "purchases"] {
        let of = if table == "purchases" {
            submissions
        } else {
            due
        };
        put(&aws, table, &of(BROADCASTER, "lg-tv", OVERDUE, 100));
        put(&aws, table, &of(BROADCASTER, "vizio", LATER, 2));
    }

    let first = run(&aws).await;
    let second = run(&aws).await;

    assert_eq!(first.subscriptions + second.subscriptions, 2);
    assert_eq!(first.submissions + second.submissions, 2);
    let day = sortable(
        cloud::clock::now()
            .checked_add(jiff::SignedDuration::from_hours(23))
            .unwrap(),
    );
    for table in ["subscriptions", "purchases"] {
        let kept = aws.items(table);
        let unknown = kept.iter().filter(|item| item["store"]["S"] == "lg-tv");
        let mut count = 0;
        for item in unknown {
            count += 1;
            assert!(item["due_at"]["S"].as_str().unwrap() > day.as_str());
            assert_eq!(item["due_shard"]["S"], shard_name(3), "it comes again");
            assert_eq!(item["announce"]["BOOL"], false, "not announced once more");
            assert_eq!(
                item["locator"]["M"]["key"]["S"].as_str().unwrap()[..4],
                *"key-"
            );
        }
        assert_eq!(count, 100, "{table}: kept");
    }
}

#[tokio::test]
async fn items_of_a_broadcaster_that_is_gone_leave_the_schedule() {
    let aws = InProcessAws::start().await;
    aws.with_settings(Default::default()).await;
    put(&aws, "subscriptions", &due("100", "vizio", OVERDUE, 3));
    put(&aws, "subscriptions", &due(BROADCASTER, "vizio", LATER, 1));
    put(&aws, "purchases", &submissions("100", "vizio", OVERDUE, 3));

    let queued = run(&aws).await;

    assert_eq!((queued.subscriptions, queued.submissions), (1, 0));
    for table in ["subscriptions", "purchases"] {
        let items = aws.items(table);
        let gone = items
            .iter()
            .filter(|item| item["broadcaster_id"]["S"] == "100");
        for item in gone {
            assert_eq!(item.get("due_shard"), None, "{item}");
            assert_eq!(item["announce"]["BOOL"], false);
        }
    }
    let asked = aws.sent("verification");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["broadcasterId"], BROADCASTER);
}

#[tokio::test]
async fn a_list_of_a_store_that_is_no_longer_configured_is_not_read_again() {
    let aws = InProcessAws::start().await;
    aws.with_settings(Default::default()).await;
    let item = json!({
        "pk": {"S": "100#catch-up#apple"}, "broadcaster_id": {"S": "100"}, "store": {"S": "apple"},
        "since": {"S": OVERDUE}, "due_shard": {"S": "catch-up"},
        "due_at": {"S": sortable(OVERDUE.parse().unwrap())},
    });
    put(&aws, "purchases", &[item]);
    run(&aws).await;
    assert!(aws.items("purchases").is_empty());
}
