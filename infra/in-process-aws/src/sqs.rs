//! SQS: queues by their URLs, and its protocol.

mod fairness;
mod queue;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::Timestamp;
use jiff::SignedDuration;
use serde_json::{Value, json};

pub(crate) use self::queue::Delivery;
pub use self::queue::QueueSettings;
use self::queue::{OverLimit, Queue};

/// Number of receives after which a message of the verification queue is a dead letter, and the
/// time for which it is hidden, as the template has them.
const VERIFICATION: (u32, SignedDuration) =
    (cloud::retry::RECEIVES, SignedDuration::from_secs(180));

/// All queues. A queue exists from its first use on.
#[derive(Debug)]
pub(crate) struct Queues(BTreeMap<String, Queue>);

/// Status and body of an answer.
type Answer = (u16, Value);

impl Queues {
    /// Builds the stack's queues, without messages.
    pub(crate) fn of_the_stack() -> Self {
        let (receives, visibility) = VERIFICATION;
        let verification = QueueSettings {
            visibility,
            redrive: Some((receives, "dead-letters".to_owned())),
            ..QueueSettings::default()
        };
        Self([("verification".to_owned(), Queue::with(verification))].into())
    }

    pub(crate) fn queue(&mut self, url: &str) -> &mut Queue {
        self.0.entry(url.to_owned()).or_default()
    }

    /// Receives up to `most` messages, and moves those that were received too often.
    pub(crate) fn receive(
        &mut self,
        url: &str,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<Delivery>, OverLimit> {
        let queue = self.queue(url);
        let received = queue.receive(most, now)?;
        let redrive = queue.settings.redrive.clone();
        for (message, (_, dead_letters)) in received.dead.into_iter().zip(redrive.iter().cycle()) {
            let dead_letters = self.queue(dead_letters);
            let group = message.group.as_deref();
            dead_letters.send(&message.body, group, SignedDuration::ZERO, now);
        }
        Ok(received.deliveries)
    }

    /// Answers a call. `refuses` selects the entries of a batch that are not accepted.
    pub(crate) fn answer(
        &mut self,
        operation: &str,
        input: &Value,
        refuses: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Answer {
        let url = text(&input["QueueUrl"]);
        let handle = text(&input["ReceiptHandle"]);
        let body = match operation {
            "SendMessage" => json!({"MessageId": self.send(url, input, now)}),
            "SendMessageBatch" => self.send_batch(url, input, refuses, now),
            "ReceiveMessage" => return self.receive_message(url, input, now),
            "DeleteMessage" => {
                self.queue(url).delete(handle);
                json!({})
            }
            "ChangeMessageVisibility" => {
                let time = seconds(&input["VisibilityTimeout"]);
                self.queue(url).hide(handle, time, now);
                json!({})
            }
            "GetQueueAttributes" => {
                let [waiting, in_flight, delayed] = self.queue(url).counts(now);
                json!({"Attributes": {
                    "ApproximateNumberOfMessages": waiting.to_string(),
                    "ApproximateNumberOfMessagesNotVisible": in_flight.to_string(),
                    "ApproximateNumberOfMessagesDelayed": delayed.to_string(),
                }})
            }
            "CreateQueue" => json!({"QueueUrl": input["QueueName"]}),
            "DeleteQueue" => {
                self.0.remove(url);
                json!({})
            }
            other => panic!("the in-process AWS knows no {other} of SQS"),
        };
        (200, body)
    }

    fn send(&mut self, url: &str, message: &Value, now: Timestamp) -> String {
        let group = message["MessageGroupId"].as_str();
        let delay = seconds(&message["DelaySeconds"]);
        let queue = self.queue(url);
        let id = queue.send(text(&message["MessageBody"]), group, delay, now);
        id.to_string()
    }

    fn send_batch(
        &mut self,
        url: &str,
        input: &Value,
        refuses: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Value {
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in input["Entries"].as_array().unwrap() {
            let id = &entry["Id"];
            if refuses(text(&entry["MessageBody"])) {
                failed.push(json!({"Id": id, "Code": "InternalError", "SenderFault": false}));
            } else {
                let message_id = self.send(url, entry, now);
                successful.push(json!({"Id": id, "MessageId": message_id, "MD5OfMessageBody": ""}));
            }
        }
        json!({"Successful": successful, "Failed": failed})
    }

    fn receive_message(&mut self, url: &str, input: &Value, now: Timestamp) -> Answer {
        let most = input["MaxNumberOfMessages"].as_u64().unwrap_or(1);
        let most = usize::try_from(most).unwrap();
        // With long polling, SQS returns no error but no messages either.
        let polls_long = input["WaitTimeSeconds"]
            .as_u64()
            .is_some_and(|wait| wait > 0);
        let message = |delivery: Delivery| {
            json!({
                "MessageId": delivery.number.to_string(),
                "ReceiptHandle": delivery.handle(),
                "Body": delivery.message.body,
                "Attributes": attributes(&delivery),
            })
        };
        match self.receive(url, most, now) {
            Err(OverLimit) if !polls_long => {
                let text = "too many messages are in flight";
                (
                    403,
                    json!({"__type": "com.amazonaws.sqs#OverLimit", "message": text}),
                )
            }
            received => {
                let received = received.unwrap_or_default().into_iter();
                (
                    200,
                    json!({"Messages": received.map(message).collect::<Vec<_>>()}),
                )
            }
        }
    }
}

/// Returns the attributes of a received message.
pub(crate) fn attributes(delivery: &Delivery) -> Value {
    let message = &delivery.message;
    let mut attributes = json!({
        "ApproximateReceiveCount": message.receives.to_string(),
        "SentTimestamp": message.sent_at.as_millisecond().to_string(),
    });
    if let Some(group) = &message.group {
        attributes["MessageGroupId"] = json!(group);
    }
    attributes
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn seconds(value: &Value) -> SignedDuration {
    SignedDuration::from_secs(value.as_i64().unwrap_or_default())
}
