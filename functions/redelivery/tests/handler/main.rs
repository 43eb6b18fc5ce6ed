//! Runs of redelivery against queues and topics in the test's process.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod begun;
mod killed;
mod replayed;
mod sent;

use std::collections::BTreeSet;

use cloud::broadcasters::{Broadcasters, Endpoint, Feed};
use cloud::purchases::{FailingEndpoint, Purchases};
use domain::redelivery::Redelivery;
use domain::{BroadcasterId, Timestamp};
use in_process_aws::{BROADCASTER, InProcessAws, event};
use lambda_runtime::{Context, LambdaEvent};
use redelivery::{Redeliverer, Report};
use serde_json::{Value, json};

const ENDPOINT: &str = "8e92c66e-afbe-5776-9597-d3ba80ddf5de";
const QUEUE: &str = "in-process-endpoint-8e92c66eafbe57769597d3ba80ddf5de";
const LONG_AGO: Timestamp = Timestamp::UNIX_EPOCH;

fn broadcaster() -> BroadcasterId {
    BroadcasterId::new(BROADCASTER).unwrap()
}

fn broadcasters(aws: &InProcessAws) -> Broadcasters {
    Broadcasters::from_environment(&aws.aws()).unwrap()
}

fn purchases(aws: &InProcessAws) -> Purchases {
    Purchases::from_environment(&aws.aws()).unwrap()
}

/// An AWS with a broadcaster and one endpoint.
async fn started() -> InProcessAws {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    register(&aws, ENDPOINT).await;
    let broadcasters = broadcasters(&aws);
    broadcasters
        .put_audiences(&broadcaster(), LONG_AGO)
        .await
        .unwrap();
    aws.forget_calls();
    aws
}

async fn register(aws: &InProcessAws, endpoint_id: &str) {
    let endpoint = Endpoint {
        endpoint_id: endpoint_id.to_owned(),
        url: "https://owner.example/hooks/beacon".to_owned(),
        feed: Feed::Beacon,
        topics: BTreeSet::new(),
        subscription_arn: "arn:aws:sns:us-east-1:123456789012:topic:1".to_owned(),
        dead_letter_queue_url: format!("in-process-endpoint-{}", endpoint_id.replace('-', "")),
        created_at: LONG_AGO,
        audience_since: Some(LONG_AGO),
    };
    let written = broadcasters(aws);
    written
        .put_endpoint(&broadcaster(), &endpoint)
        .await
        .unwrap();
}

/// What SNS leaves in the queue of an endpoint.
fn letter(number: usize) -> String {
    let message = json!({"notification_type": "renew", "number": number});
    json!({
        "Type": "Notification", "MessageId": "m", "TopicArn": "t", "Message": message.to_string(),
        "Timestamp": "2026-12-01T10:00:00.000Z", "SignatureVersion": "2", "Signature": "s",
        "MessageAttributes": {
            "event_id": {"Type": "String", "Value": format!("event-{number}")},
            "audience": {"Type": "String", "Value": "all"},
        },
    })
    .to_string()
}

async fn waits(aws: &InProcessAws, queue: &str, bodies: impl IntoIterator<Item = String>) {
    let sqs = aws.aws().sqs();
    for body in bodies {
        let sent = sqs.send_message().queue_url(queue).message_body(body);
        sent.send().await.unwrap();
    }
    aws.forget_calls();
}

async fn fails(aws: &InProcessAws, endpoint_id: &str, redelivery: Redelivery) {
    let failing = FailingEndpoint {
        broadcaster_id: broadcaster(),
        endpoint_id: endpoint_id.to_owned(),
        redelivery,
    };
    purchases(aws).set_redelivery(&failing).await.unwrap();
    aws.forget_calls();
}

async fn state(aws: &InProcessAws) -> Option<Redelivery> {
    let failing = purchases(aws).failing(&broadcaster(), ENDPOINT).await;
    failing.unwrap().map(|failing| failing.redelivery)
}

/// Makes the next step due, as if its time had come.
fn falls_due(aws: &InProcessAws) {
    for mut item in aws.items("purchases") {
        if item["due_shard"]["S"] == "redelivery" {
            item["due_at"] = json!({"S": "2026-01-01T00:00:00.000Z"});
            aws.put_item("purchases", &item);
        }
    }
}

async fn call(aws: &InProcessAws, payload: Value) -> Result<Report, cloud::CloudError> {
    let redeliverer = Redeliverer::from_environment(&aws.aws_with("LOCAL_STACK", "false")).unwrap();
    let mut context = Context::default();
    let deadline = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    let deadline = deadline.duration_since(std::time::UNIX_EPOCH).unwrap();
    context.deadline = u64::try_from(deadline.as_millis()).unwrap();
    Box::pin(redeliverer.handle(LambdaEvent::new(payload, context))).await
}

async fn run(aws: &InProcessAws) -> Report {
    call(aws, event("redelivery/schedule")).await.unwrap()
}

/// What was published: the audience and the message of each.
fn published(aws: &InProcessAws) -> Vec<(String, Value)> {
    let calls = aws.inputs("PublishBatch").into_iter();
    let entries = calls.flat_map(|call| call["entries"].as_array().unwrap().clone());
    entries
        .map(|entry| {
            let audience = entry["attributes"]["audience"].as_str().unwrap().to_owned();
            (audience, entry["message"].clone())
        })
        .collect()
}
