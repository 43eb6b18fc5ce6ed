//! Stream records, from the items as they are written to what is published.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod events;
mod failures;
mod order;
mod set_aside;
mod shortages;

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use beacon_fanout::Fanout;
use cloud::subscriptions::Subscriptions;
use in_process_aws::{InProcessAws, Purchase};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

const BEACON: &str = "arn:aws:sns:us-east-1:123456789012:in-process-700100200-beacon";
const WEBHOOKS: &str = "arn:aws:sns:us-east-1:123456789012:in-process-700100200-webhooks";

async fn started() -> (InProcessAws, Fanout) {
    let aws = InProcessAws::start().await;
    aws.seed_with(Default::default()).await;
    aws.seed_endpoints().await;
    let fanout = Fanout::from_environment(&aws.aws()).unwrap();
    (aws, fanout)
}

/// Writes the last step of a purchase and answers the item that the stream would show.
async fn image(aws: &InProcessAws, purchase: &Purchase) -> Value {
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let locator = purchase.locator();
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
    aws.forget_calls();
    let key = purchase.key.as_str();
    let is_it = |item: &Value| {
        item["sk"]["S"] == "current" && item["subscription"]["M"]["purchaseKey"]["S"] == key
    };
    aws.items("subscriptions").into_iter().find(is_it).unwrap()
}

/// A purchase with so many renewals: the images of all its writes.
async fn story(aws: &InProcessAws, key: &str, renewals: usize) -> Vec<Value> {
    let mut purchase = Purchase::claimed(key, "ada");
    let mut images = vec![image(aws, &purchase).await];
    for _renewal in 0..renewals {
        images.push(image(aws, purchase.renew()).await);
    }
    images
}

/// A batch of the stream with these images; the sequence numbers are 100, 101, …
fn batch(images: &[Value]) -> StreamEvent {
    let record = |(position, image): (usize, &Value)| {
        json!({
            "eventID": format!("event-{position}"),
            "eventName": "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1",
            "dynamodb": {
                "Keys": {"pk": {"S": "not read"}},
                "NewImage": image,
                "SequenceNumber": (100 + position).to_string(),
                "SizeBytes": 1000,
                "StreamViewType": "NEW_IMAGE",
            },
        })
    };
    let records: Vec<Value> = images.iter().enumerate().map(record).collect();
    serde_json::from_value(json!({"Records": records})).unwrap()
}

/// Hands a batch over. Answers the sequence numbers that failed.
async fn deliver(fanout: &Fanout, batch: StreamEvent) -> Result<Vec<String>, cloud::CloudError> {
    let answer = fanout
        .handle(LambdaEvent::new(batch, Context::default()))
        .await?;
    let failures = answer.batch_item_failures.into_iter();
    Ok(failures
        .map(|failure| failure.item_identifier.unwrap())
        .collect())
}

/// The messages published to a topic, in order of their calls.
fn messages(aws: &InProcessAws, topic: &str) -> Vec<Value> {
    aws.published()
        .into_iter()
        .filter(|batch| batch["TopicArn"] == topic)
        .flat_map(|batch| batch["entries"].as_array().unwrap().clone())
        .map(|entry| entry["message"].clone())
        .collect()
}
