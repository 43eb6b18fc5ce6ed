//! The verification queue.

use cloud::queue::{Verification, VerificationCause, VerificationQueue};
use domain::Store;
use in_process_aws::{InProcessAws, Purchase, Refusal};
use serde_json::json;

use crate::{at, broadcaster};

fn verification(key: &str) -> Verification {
    Verification::new(
        broadcaster(),
        Store::Vizio,
        Purchase::new(key).locator(),
        VerificationCause::Reconciliation,
        at("2026-12-05T09:30:00Z"),
    )
}

#[tokio::test]
async fn a_message_is_the_verification_as_json() {
    let aws = InProcessAws::start().await;
    let queue = VerificationQueue::from_environment(&aws.aws()).unwrap();
    queue.send(&verification("vzs-1")).await.unwrap();
    let expected = json!({
        "broadcasterId": "700100200",
        "store": "vizio",
        "locator": {"key": "vzs-1", "details": {"subscriptionId": "vzs-1"}},
        "cause": {"type": "reconciliation"},
        "receivedAt": "2026-12-05T09:30:00Z",
    });
    assert_eq!(aws.sent("verification"), [expected]);
}

#[tokio::test]
async fn of_a_batch_the_refused_positions_are_told() {
    let aws = InProcessAws::start().await;
    let queue = VerificationQueue::from_environment(&aws.aws()).unwrap();
    aws.refuse(Refusal::Entries(|message| message.contains("vzs-bad")));
    let batch = ["vzs-1", "vzs-bad-1", "vzs-2", "vzs-bad-2"].map(|key| verification(key).into());
    assert_eq!(queue.send_batch(&batch).await.unwrap(), [1, 3]);
}

#[tokio::test]
async fn a_refusing_queue_is_an_error() {
    let aws = InProcessAws::start().await;
    let queue = VerificationQueue::from_environment(&aws.aws()).unwrap();
    aws.refuse(Refusal::Operation("SendMessage"));
    let error = queue.send(&verification("vzs-1")).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("queueing a verification failed"),
        "{error}"
    );
}

#[test]
fn a_message_of_an_earlier_version_is_read() {
    let message = json!({
        "broadcasterId": "700100200",
        "store": "vizio",
        "locator": {"key": "vzs-1"},
        "cause": {"type": "notification", "id": "vzn-1", "kind": "SUBSCRIPTION.UPDATED"},
        "receivedAt": "2026-12-05T09:30:00Z",
    });
    let read: Verification = serde_json::from_value(message).unwrap();
    assert!(!read.deferred);
    let expected = VerificationCause::Notification {
        id: "vzn-1".to_owned(),
        kind: "SUBSCRIPTION.UPDATED".to_owned(),
        sent_at: None,
        notice: None,
        voided: None,
    };
    assert_eq!(read.cause, expected);
}
