//! The invocation events of both streams.

use std::collections::BTreeSet;

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use beacon_fanout::Fanout;
use in_process_aws::{InProcessAws, Purchase, event, event_names};
use serde_json::{Value, json};

use crate::{BEACON, WEBHOOKS, batch, deliver, image, messages, started, story};

fn stream(name: &str) -> StreamEvent {
    serde_json::from_value(event(&format!("beacon-fanout/{name}"))).unwrap()
}

#[tokio::test]
async fn a_change_of_a_subscription_goes_to_both_feeds_and_the_journal() {
    let (aws, fanout) = started().await;

    assert_eq!(
        deliver(&fanout, stream("subscriptions-stream"))
            .await
            .unwrap(),
        [""; 0]
    );

    let beacon = messages(&aws, BEACON);
    assert_eq!(beacon.len(), 1);
    assert_eq!(beacon[0]["notification_type"], "new");
    assert_eq!(beacon[0]["transaction_id"], "vzs-88120044");
    assert_eq!(beacon[0]["package_name"], "Symphony Monthly");
    assert_eq!(messages(&aws, WEBHOOKS)[0]["topic"], "subscriptionCreated");
    let journal = aws.items("events");
    assert_eq!(journal.len(), 1);
    assert_eq!(journal[0]["kind"]["S"], "purchased");
}

#[tokio::test]
async fn the_end_of_a_validation_goes_to_the_webhooks_alone() {
    let (aws, fanout) = started().await;

    assert_eq!(
        deliver(&fanout, stream("purchases-stream")).await.unwrap(),
        [""; 0]
    );

    assert!(messages(&aws, BEACON).is_empty());
    let webhooks = messages(&aws, WEBHOOKS);
    assert_eq!(webhooks.len(), 1);
    assert_eq!(webhooks[0]["topic"], "inappPurchaseValidationFailed");
    assert_eq!(webhooks[0]["data"]["errorCode"], "PURCHASE_NOT_FOUND");
    assert!(aws.items("events").is_empty());
}

fn names(item: &Value) -> BTreeSet<String> {
    item.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn the_event_shows_what_is_written_today() {
    let (aws, _fanout) = started().await;
    let written = image(&aws, &Purchase::claimed("vzs-88120044", "300200100")).await;
    let shown = &event("beacon-fanout/subscriptions-stream")["Records"][0]["dynamodb"]["NewImage"];
    assert_eq!(names(shown), names(&written));
    let subscription = "/subscription/M";
    assert_eq!(
        names(shown.pointer(subscription).unwrap()),
        names(written.pointer(subscription).unwrap())
    );
}

#[test]
fn every_event_is_used() {
    assert_eq!(
        event_names("beacon-fanout"),
        ["purchases-stream", "subscriptions-stream"]
    );
}

#[tokio::test]
async fn a_feed_without_endpoints_is_not_published_and_the_history_has_all() {
    let aws = InProcessAws::start().await;
    aws.seed_with(Default::default()).await;
    let fanout = Fanout::from_environment(&aws.aws()).unwrap();
    let images = story(&aws, "vzs-1", 0).await;

    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);

    assert_eq!(aws.inputs("PublishBatch"), [json!(null); 0]);
    assert_eq!(aws.items("events").len(), 1);
    // The next event reaches an endpoint that has just been registered.
    aws.seed_endpoints().await;
    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);
    assert!(!messages(&aws, BEACON).is_empty());
}
