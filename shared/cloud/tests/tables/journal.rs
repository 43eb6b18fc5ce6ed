//! The journal.

use cloud::CloudError;
use cloud::journal::Journal;
use domain::{Event, SubscriptionId};
use in_process_aws::{InProcessAws, Purchase, Refusal, Shortage};
use serde_json::{Value, json};

use crate::broadcaster;

async fn journal() -> (InProcessAws, Journal) {
    let aws = InProcessAws::start().await;
    let journal = Journal::from_environment(&aws.aws()).unwrap();
    (aws, journal)
}

/// A purchase and so many renewals.
fn events(count: usize) -> (SubscriptionId, Vec<Event>) {
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    let mut events = purchase.decision.events.clone();
    while events.len() < count {
        events.extend(purchase.renew().decision.events.clone());
    }
    (purchase.current.unwrap().ownership.subscription_id, events)
}

async fn append(journal: &Journal, events: &[Event]) {
    journal
        .append(&events.iter().collect::<Vec<_>>())
        .await
        .unwrap();
}

fn items(aws: &InProcessAws) -> Vec<Value> {
    let scanned = aws.dynamodb("Scan", json!({"TableName": "events"}));
    scanned["Items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn appending_twice_leaves_the_same_items() {
    let (aws, journal) = journal().await;
    let (_, events) = events(3);
    append(&journal, &events).await;
    let once = items(&aws);

    append(&journal, &events).await;

    assert_eq!(once.len(), 3);
    assert_eq!(items(&aws), once);
}

#[tokio::test]
async fn an_event_that_comes_twice_in_one_batch_is_appended_once() {
    let (aws, journal) = journal().await;
    let (_, events) = events(2);
    let twice: Vec<_> = events.iter().chain(&events).cloned().collect();

    append(&journal, &twice).await;

    assert_eq!(items(&aws).len(), 2);
    let asked = &aws.inputs("BatchWriteItem")[0]["RequestItems"]["events"];
    assert_eq!(asked.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_history_is_read_in_order_page_by_page() {
    let (_aws, journal) = journal().await;
    // More than one call takes.
    let (subscription, events) = events(60);
    append(&journal, &events).await;

    let mut read = Vec::new();
    let mut after = None;
    loop {
        let page = journal
            .events(&broadcaster(), subscription, 25, after)
            .await
            .unwrap();
        read.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next.parse().unwrap()),
            None => break,
        }
    }

    assert_eq!(read, events);
}

#[tokio::test]
async fn another_tenant_s_history_is_empty() {
    let (_aws, journal) = journal().await;
    let (subscription, events) = events(1);
    append(&journal, &events).await;
    let other = domain::BroadcasterId::new("700100201").unwrap();
    let page = journal
        .events(&other, subscription, 10, None)
        .await
        .unwrap();
    assert_eq!(page.rows, []);
}

#[tokio::test]
async fn what_dynamodb_does_not_take_at_once_is_sent_again() {
    let (aws, journal) = journal().await;
    let (_, events) = events(5);
    aws.run_short(Shortage::leaving("BatchWriteItem", 2));

    append(&journal, &events).await;

    assert!(aws.inputs("BatchWriteItem").len() > 1);
    assert_eq!(items(&aws).len(), events.len());
}

#[tokio::test]
async fn what_dynamodb_never_takes_is_an_error() {
    let (aws, journal) = journal().await;
    let (_, events) = events(1);
    let left = json!({"UnprocessedItems": {"events": [{"PutRequest": {"Item": {
        "pk": {"S": "later"}, "sk": {"N": "1"},
    }}}]}});
    let refused = Refusal::Answer("BatchWriteItem", usize::MAX, 200, left.to_string());
    aws.refuse(refused);
    let appended = journal.append(&events.iter().collect::<Vec<_>>()).await;
    assert!(
        matches!(appended, Err(CloudError::Busy("the journal"))),
        "{appended:?}"
    );
    assert_eq!(aws.inputs("BatchWriteItem").len(), 5);
}
