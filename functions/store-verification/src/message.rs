//! Messages of the verification queue.

use aws_lambda_events::event::sqs::SqsMessage;
use cloud::queue::{Verification, VerificationQueue};
use domain::Timestamp;

/// Delivered message.
pub(crate) struct Received {
    pub(crate) message_id: String,
    pub(crate) receipt_handle: String,
    /// Number of deliveries, this one included.
    pub(crate) deliveries: u32,
    pub(crate) verification: Verification,
}

/// Message that this version can't read.
pub(crate) struct Unreadable {
    pub(crate) message_id: String,
    pub(crate) receipt_handle: String,
    pub(crate) deliveries: u32,
    pub(crate) body: String,
}

impl Unreadable {
    fn new(message: SqsMessage, deliveries: u32) -> Self {
        Self {
            message_id: message.message_id.unwrap_or_default(),
            receipt_handle: message.receipt_handle.unwrap_or_default(),
            deliveries,
            body: message.body.unwrap_or_default(),
        }
    }
}

/// Parses a message.
pub(crate) fn read(message: SqsMessage) -> Result<Received, Unreadable> {
    let deliveries = message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let sent_at = message
        .attributes
        .get("SentTimestamp")
        .and_then(|milliseconds| milliseconds.parse().ok())
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok());
    match serde_json::from_str::<Verification>(message.body.as_deref().unwrap_or_default()) {
        Ok(verification) => {
            // By SQS's clock: the sender's own may have been ahead.
            let received_at = verification.received_at;
            let received_at = sent_at.map_or(received_at, |sent_at| received_at.min(sent_at));
            Ok(Received {
                message_id: message.message_id.unwrap_or_default(),
                receipt_handle: message.receipt_handle.unwrap_or_default(),
                deliveries,
                verification: Verification {
                    received_at,
                    ..verification
                },
            })
        }
        // The error is dropped, because its text would show values of the message.
        Err(_) => Err(Unreadable::new(message, deliveries)),
    }
}

/// Hides a message for some seconds, after which it is delivered again.
pub(crate) async fn hide(queue: &VerificationQueue, receipt_handle: &str, seconds: i32) {
    if let Err(error) = queue.delay(receipt_handle, seconds).await {
        // Not an error of the verification: the message comes back after the queue's own visibility
        // time-out, only later.
        tracing::warn!(%error, "a message could not be delayed");
    }
}
