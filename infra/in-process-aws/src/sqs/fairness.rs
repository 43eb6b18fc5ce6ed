//! Order in which a standard queue delivers the messages of its groups.
//!
//! SQS calls a group of messages with the same `MessageGroupId` a tenant, and one that occupies
//! more of the consumers than the others a noisy neighbour
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html>).
//! As documented there:
//!
//! - A tenant is noisy once it has more than 10 % of all messages in flight, and at least 30.
//! - Messages of quiet tenants come first. Of several noisy tenants, the one with the fewest
//!   messages in flight comes first.
//! - A tenant is quiet again once its backlog is consumed, or after 5 minutes without a new message.
//! - A message without a group is a tenant of its own.
//!
//! SQS detects noise also by a tenant's share of the processing time. That is left out, because its
//! time frame is not documented; it would only detect a noisy tenant earlier.

use std::collections::{BTreeMap, VecDeque};

use domain::Timestamp;
use jiff::SignedDuration;

/// Smallest number of messages in flight of a noisy tenant.
const FEWEST_IN_FLIGHT: usize = 30;

/// Time without a new message after which a tenant is quiet again.
const SILENCE: SignedDuration = SignedDuration::from_mins(5);

/// Position of a message in the order of arrival.
pub(super) type Number = u64;

/// Waiting messages by their groups.
#[derive(Debug, Default)]
pub(super) struct Tenants {
    groups: BTreeMap<Option<String>, Tenant>,
    /// Messages in flight of all groups.
    in_flight: usize,
    waiting: usize,
}

#[derive(Debug)]
struct Tenant {
    waiting: VecDeque<Number>,
    in_flight: usize,
    noisy: bool,
    last_sent: Timestamp,
}

impl Tenant {
    fn new(now: Timestamp) -> Self {
        Self {
            waiting: VecDeque::new(),
            in_flight: 0,
            noisy: false,
            last_sent: now,
        }
    }

    fn judge(&mut self, all_in_flight: usize, now: Timestamp) {
        let much = self.in_flight >= FEWEST_IN_FLIGHT && self.in_flight * 10 > all_in_flight;
        let silent = now.duration_since(self.last_sent) >= SILENCE;
        let consumed = self.waiting.is_empty();
        self.noisy = (self.noisy || much) && !silent && !consumed;
    }
}

impl Tenants {
    /// Adds a message that can be received from now on. `is_new` tells whether it was just sent.
    pub(super) fn add(
        &mut self,
        group: Option<&str>,
        number: Number,
        is_new: bool,
        now: Timestamp,
    ) {
        let tenant = self.groups.entry(group.map(str::to_owned));
        let tenant = tenant.or_insert_with(|| Tenant::new(now));
        if is_new {
            tenant.last_sent = now;
        }
        tenant.waiting.push_back(number);
        self.waiting += 1;
    }

    /// Returns the message that is received next, and counts it as in flight.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Number> {
        let in_flight = self.in_flight;
        for (group, tenant) in &mut self.groups {
            // Messages without a group are many tenants with one message each.
            if group.is_some() {
                tenant.judge(in_flight, now);
            }
        }
        let waiting = |tenant: &&mut Tenant| !tenant.waiting.is_empty();
        let order = |tenant: &&mut Tenant| {
            let noise = if tenant.noisy { tenant.in_flight } else { 0 };
            (tenant.noisy, noise, tenant.waiting.front().copied())
        };
        let tenant = self.groups.values_mut().filter(waiting).min_by_key(order)?;
        let number = tenant.waiting.pop_front()?;
        tenant.in_flight += 1;
        self.in_flight += 1;
        self.waiting -= 1;
        Some(number)
    }

    /// Counts a message as no longer in flight.
    pub(super) fn landed(&mut self, group: Option<&str>) {
        if let Some(tenant) = self.groups.get_mut(&group.map(str::to_owned)) {
            tenant.in_flight -= 1;
            self.in_flight -= 1;
        }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }
}
