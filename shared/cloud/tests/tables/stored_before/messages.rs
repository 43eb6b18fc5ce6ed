//! Verification queue.

use cloud::queue::{Verification, VerificationQueue};
use in_process_aws::InProcessAws;
use serde_json::Value;

#[tokio::test]
async fn messages_are_read_and_sent_unchanged() {
    let fixture = include_str!("../fixtures/stored/messages.json");
    let messages: Vec<Value> = serde_json::from_str(fixture).unwrap();
    let aws = InProcessAws::start().await;
    let queue = VerificationQueue::from_environment(&aws.aws()).unwrap();
    for message in &messages {
        let read: Verification = serde_json::from_value(message.clone()).unwrap();
        queue.send(&read).await.unwrap();
    }
    assert_eq!(aws.sent("verification"), messages);
}
