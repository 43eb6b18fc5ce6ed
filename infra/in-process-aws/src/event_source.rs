//! Lambda's event source of a queue: receives batches, invokes, deletes what has ended.

use domain::Timestamp;
use serde_json::{Value, json};

use crate::InProcessAws;
use crate::calls::locked;
use crate::sqs::{QueueSettings, attributes};

/// Batch of messages in flight.
#[derive(Debug)]
pub struct Batch {
    queue_url: String,
    /// Invocation event of the function.
    pub event: Value,
}

impl InProcessAws {
    /// Changes the settings of a queue.
    pub fn configure_queue(&self, queue_url: &str, change: impl FnOnce(&mut QueueSettings)) {
        change(&mut locked(&self.services().queues).queue(queue_url).settings);
    }

    /// Puts a message into a queue, without recording it.
    pub fn put_message(&self, queue_url: &str, body: &str) {
        let now = self.now();
        let mut queues = locked(&self.services().queues);
        let delay = jiff::SignedDuration::ZERO;
        queues.queue(queue_url).send(body, None, delay, now);
    }

    /// Receives up to `most` messages of a queue as one batch; `None` if there are none, or too many
    /// are in flight.
    #[must_use]
    pub fn receive(&self, queue_url: &str, most: usize) -> Option<Batch> {
        let now = self.now();
        let received = locked(&self.services().queues).receive(queue_url, most, now);
        let deliveries = received.ok().filter(|deliveries| !deliveries.is_empty())?;
        let record = |delivery: &crate::sqs::Delivery| {
            json!({
                "messageId": delivery.number.to_string(),
                "receiptHandle": delivery.handle(),
                "body": delivery.message.body,
                "attributes": attributes(delivery),
                "eventSource": "aws:sqs",
            })
        };
        let records: Vec<Value> = deliveries.iter().map(record).collect();
        Some(Batch {
            queue_url: queue_url.to_owned(),
            event: json!({"Records": records}),
        })
    }

    /// Deletes the messages of a batch, except for those that the function named as failed.
    ///
    /// # Panics
    /// If it is not a batch of this AWS.
    pub fn end(&self, batch: &Batch, failed: &[String]) {
        let mut queues = locked(&self.services().queues);
        let queue = queues.queue(&batch.queue_url);
        for record in batch.event["Records"].as_array().unwrap() {
            let id = record["messageId"].as_str().unwrap();
            if !failed.iter().any(|failed| failed == id) {
                queue.delete(record["receiptHandle"].as_str().unwrap());
            }
        }
    }

    /// Returns the numbers of a queue's messages that can be received, that are in flight, and that
    /// are delayed.
    #[must_use]
    pub fn message_counts(&self, queue_url: &str) -> [usize; 3] {
        let now = self.now();
        locked(&self.services().queues).queue(queue_url).counts(now)
    }

    /// Returns this AWS's time: that of the functions, and what [`advance`](Self::advance) added.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.services().now()
    }

    /// Moves the time of the queues forward.
    pub fn advance(&self, time: jiff::SignedDuration) {
        self.services().advance(time);
    }
}
