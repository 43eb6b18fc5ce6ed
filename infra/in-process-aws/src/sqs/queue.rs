//! A standard queue: messages wait, are in flight until they are deleted or their visibility
//! time-out has passed, and become dead letters when they were received too often.

use std::collections::{BTreeMap, BTreeSet};

use domain::Timestamp;
use jiff::SignedDuration;

use super::fairness::{Number, Tenants};

/// Settings of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// Time for which a received message is hidden.
    pub visibility: SignedDuration,
    /// Largest number of messages in flight
    /// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html>).
    pub most_in_flight: usize,
    /// Number of receives after which a message goes to the dead-letter queue, and that queue.
    pub redrive: Option<(u32, String)>,
    /// Whether `MessageGroupId` counts. Otherwise all messages are one group.
    pub fair: bool,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            visibility: SignedDuration::from_secs(30),
            most_in_flight: 120_000,
            redrive: None,
            fair: true,
        }
    }
}

/// Message with what SQS knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) body: String,
    pub(crate) group: Option<String>,
    pub(crate) sent_at: Timestamp,
    /// Number of receives so far.
    pub(crate) receives: u32,
}

/// Received message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) number: Number,
    pub(crate) message: Message,
}

impl Delivery {
    /// Receipt handle: of this receive, and not of earlier ones of the same message.
    pub(crate) fn handle(&self) -> String {
        format!("{}.{}", self.number, self.message.receives)
    }
}

/// Too many messages are in flight.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OverLimit;

/// Result of a receive.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) deliveries: Vec<Delivery>,
    /// Messages for the dead-letter queue.
    pub(crate) dead: Vec<Message>,
}

/// The queue. The caller states the time.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    pub(crate) settings: QueueSettings,
    messages: BTreeMap<Number, Message>,
    tenants: Tenants,
    /// Delayed messages and those in flight, by the time at which they can be received.
    hidden: BTreeSet<(Timestamp, Number)>,
    /// The same times, for messages in flight.
    in_flight: BTreeMap<Number, Timestamp>,
    deleted: BTreeSet<Number>,
    sent: Number,
}

impl Queue {
    pub(crate) fn with(settings: QueueSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Takes a message, which can be received after a delay. Returns its id.
    pub(crate) fn send(
        &mut self,
        body: &str,
        group: Option<&str>,
        delay: SignedDuration,
        now: Timestamp,
    ) -> Number {
        self.sent += 1;
        let group = if self.settings.fair { group } else { Some("") };
        let message = Message {
            body: body.to_owned(),
            group: group.map(str::to_owned),
            sent_at: now,
            receives: 0,
        };
        self.messages.insert(self.sent, message);
        if delay.is_positive() {
            self.hidden.insert((now + delay, self.sent));
        } else {
            self.tenants.add(group, self.sent, true, now);
        }
        self.sent
    }

    /// Returns up to `most` messages and hides them.
    pub(crate) fn receive(&mut self, most: usize, now: Timestamp) -> Result<Received, OverLimit> {
        self.show(now);
        let mut received = Received::default();
        while received.deliveries.len() < most {
            if self.tenants.in_flight() >= self.settings.most_in_flight {
                if received.deliveries.is_empty() {
                    return Err(OverLimit);
                }
                break;
            }
            let Some(number) = self.tenants.next(now) else {
                break;
            };
            let message = self.messages.get_mut(&number).unwrap();
            let deleted = self.deleted.remove(&number);
            let redrive = self.settings.redrive.as_ref();
            if deleted || redrive.is_some_and(|(most, _)| message.receives >= *most) {
                self.tenants.landed(message.group.as_deref());
                let message = self.messages.remove(&number);
                received.dead.extend(message.filter(|_| !deleted));
                continue;
            }
            message.receives += 1;
            let message = message.clone();
            let until = now + self.settings.visibility;
            self.hidden.insert((until, number));
            self.in_flight.insert(number, until);
            received.deliveries.push(Delivery { number, message });
        }
        Ok(received)
    }

    /// Deletes a received message. An earlier receipt handle than the last one deletes nothing.
    pub(crate) fn delete(&mut self, handle: &str) {
        let Some(number) = self.number(handle) else {
            return;
        };
        if self.land(number) {
            self.messages.remove(&number);
        } else {
            // It can be received again, and is left out then.
            self.deleted.insert(number);
        }
    }

    /// Hides a message in flight from now on for this time.
    pub(crate) fn hide(&mut self, handle: &str, time: SignedDuration, now: Timestamp) {
        let Some(number) = self.number(handle) else {
            return;
        };
        if let Some(until) = self.in_flight.get_mut(&number) {
            self.hidden.remove(&(*until, number));
            *until = now + time;
            self.hidden.insert((*until, number));
        }
    }

    /// Numbers of messages that can be received, that are in flight, and that are delayed.
    pub(crate) fn counts(&mut self, now: Timestamp) -> [usize; 3] {
        self.show(now);
        let delayed = self.hidden.len() - self.in_flight.len();
        [self.tenants.waiting(), self.in_flight.len(), delayed]
    }

    /// Makes the messages receivable whose time has come.
    fn show(&mut self, now: Timestamp) {
        while let Some((at, number)) = self.hidden.first().copied()
            && at <= now
        {
            self.hidden.remove(&(at, number));
            let was_received = self.in_flight.remove(&number).is_some();
            let group = self.messages[&number].group.clone();
            if was_received {
                self.tenants.landed(group.as_deref());
            }
            self.tenants
                .add(group.as_deref(), number, !was_received, now);
        }
    }

    /// Ends the flight of a message. Returns whether it was in flight.
    fn land(&mut self, number: Number) -> bool {
        let Some(until) = self.in_flight.remove(&number) else {
            return false;
        };
        self.hidden.remove(&(until, number));
        self.tenants.landed(self.messages[&number].group.as_deref());
        true
    }

    /// Returns the number of the message whose last receipt handle this is.
    fn number(&self, handle: &str) -> Option<Number> {
        let (number, receives) = handle.split_once('.')?;
        let number = number.parse().ok()?;
        let message = self.messages.get(&number)?;
        (receives.parse() == Ok(message.receives)).then_some(number)
    }
}
