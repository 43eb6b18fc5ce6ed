//! Replay: events of a window of time that one endpoint is to hear again.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{BroadcasterId, CustomerId, Event, SubscriptionId, Timestamp};

/// Job that sends events of a window again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The endpoint.
    pub endpoint_id: String,
    /// Id of the job.
    pub replay_id: Uuid,
    /// Begin of the window.
    pub from: Timestamp,
    /// End of the window. An event at this time does not belong to it.
    pub to: Timestamp,
    /// The only customer whose events are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// The only subscription whose events are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<SubscriptionId>,
    /// State.
    pub state: ReplayState,
    /// Number of messages that SNS has taken.
    pub sent: u64,
    /// Place at which it continues.
    pub cursor: Cursor,
    /// Time at which it was asked for.
    pub created_at: Timestamp,
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReplayState {
    /// It goes on every minute.
    Running,
    /// Everything was sent.
    Done,
    /// Somebody has cancelled it.
    Cancelled,
}

/// Place in the journal: an hour, a shard of it, and a position in that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cursor {
    /// A time in the hour.
    pub hour: Timestamp,
    /// Shard of the hour.
    pub shard: u8,
    /// Position of the last event that was sent; `None` at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Replay {
    /// Whether an event belongs to the replay.
    #[must_use]
    pub fn includes(&self, event: &Event) -> bool {
        let subscription = event.subscription.ownership.subscription_id;
        (self.from..self.to).contains(&event.occurred_at)
            && self
                .customer_id
                .as_ref()
                .is_none_or(|id| *id == event.customer_id)
            && self.subscription_id.is_none_or(|id| id == subscription)
    }

    /// Returns the replay after a page of a journal with so many shards: `next` is the position at
    /// which the page's shard goes on.
    #[must_use]
    pub fn after_page(mut self, next: Option<String>, shards: u8) -> Self {
        if next.is_some() {
            self.cursor.after = next;
            return self;
        }
        self.cursor.after = None;
        self.cursor.shard += 1;
        if self.cursor.shard < shards {
            return self;
        }
        self.cursor.shard = 0;
        match next_hour(self.cursor.hour).filter(|hour| *hour < self.to) {
            Some(hour) => self.cursor.hour = hour,
            None => self.state = ReplayState::Done,
        }
        self
    }
}

/// Returns the beginning of the hour after the one in which a time lies.
fn next_hour(at: Timestamp) -> Option<Timestamp> {
    let hour = at.as_second().div_euclid(3_600);
    let begin = Timestamp::from_second(hour * 3_600).ok()?;
    begin.checked_add(SignedDuration::from_hours(1)).ok()
}
