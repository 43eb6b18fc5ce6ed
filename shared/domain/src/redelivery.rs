//! Redelivery to an endpoint that fails: when it is tried again, and what is sent then.
//!
//! SNS retries a message for half an hour and then leaves it in the endpoint's queue. From there one
//! message is sent first. If nothing more waits once SNS would have given that one up, too, the rest
//! follows; otherwise the endpoint is left alone for a longer time.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Waits before the attempts, the last one before every further attempt.
pub const WAITS: [SignedDuration; 4] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(4),
    SignedDuration::from_hours(8),
];

/// Time after the first failure of the last attempt. What waits after it stays in the queue.
pub const SUSPENDED_AFTER: SignedDuration = SignedDuration::from_hours(72);

/// Time after which a message that was sent again would be back in the queue: SNS retries it for
/// half an hour (`DeliveryPolicy` of the subscription).
pub const BACK_AFTER: SignedDuration = SignedDuration::from_mins(40);

/// Time between two runs while the rest is sent.
const BETWEEN_RUNS: SignedDuration = SignedDuration::from_mins(1);

/// State of an endpoint that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Redelivery {
    /// Time at which the first message came back.
    pub failing_since: Timestamp,
    /// Number of attempts that failed.
    pub attempts: u32,
    /// What is being done.
    pub phase: Phase,
    /// Time of the next step; `None` while it is suspended.
    pub due_at: Option<Timestamp>,
}

/// What is being done about an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "name",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Phase {
    /// The next attempt has not come yet.
    Waiting,
    /// One message was sent.
    Probing {
        /// Number of messages that it left in the queue.
        left: u64,
    },
    /// The rest is being sent.
    Sending {
        /// Time at which that began. A message that was sent again later and lies in the queue has
        /// come back.
        since: Timestamp,
    },
    /// Everything was sent; some of it may still come back.
    Settling,
    /// It has failed for [`SUSPENDED_AFTER`]. Only a call sends what waits.
    Suspended,
}

/// Step to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send one message.
    Probe,
    /// Send what waits, as far as it was not sent since then.
    Send {
        /// Time at which sending began.
        since: Timestamp,
    },
    /// Nothing is sent; the state that is returned with it is the new one.
    Nothing,
    /// The endpoint has taken everything, and its state ends.
    Recovered,
}

impl Redelivery {
    /// Returns the state of an endpoint whose first message has come back.
    #[must_use]
    pub fn begun(now: Timestamp) -> Self {
        Self {
            failing_since: now,
            attempts: 0,
            phase: Phase::Waiting,
            due_at: after(now, WAITS[0]),
        }
    }

    /// Returns the state after somebody has asked for everything to be sent now. The waits begin
    /// anew, because an endpoint that was mended deserves them.
    #[must_use]
    pub fn asked(before: Option<&Self>, now: Timestamp) -> Self {
        Self {
            failing_since: before.map_or(now, |before| before.failing_since),
            attempts: 0,
            phase: Phase::Sending { since: now },
            due_at: Some(now),
        }
    }

    /// Decides the step that is due, by the number of messages that wait. The state is that before
    /// the step.
    #[must_use]
    pub fn step(self, waiting: u64, now: Timestamp) -> (Step, Self) {
        match self.phase {
            Phase::Suspended => (Step::Nothing, self),
            Phase::Waiting if waiting == 0 => (Step::Recovered, self),
            Phase::Waiting => (Step::Probe, self),
            // More than it left: the probe is back, or others have come.
            Phase::Probing { left } if waiting > left => (Step::Nothing, self.failed(now)),
            Phase::Probing { .. } => {
                let sending = Self {
                    phase: Phase::Sending { since: now },
                    due_at: Some(now),
                    ..self
                };
                (Step::Send { since: now }, sending)
            }
            Phase::Sending { since } => (Step::Send { since }, self),
            Phase::Settling if waiting == 0 => (Step::Recovered, self),
            Phase::Settling => (Step::Nothing, self.failed(now)),
        }
    }

    /// Returns the state after one message was sent and so many are left.
    #[must_use]
    pub fn probed(self, left: u64, now: Timestamp) -> Self {
        Self {
            phase: Phase::Probing { left },
            due_at: after(now, BACK_AFTER),
            ..self
        }
    }

    /// Returns the state after a part of what waits was sent.
    #[must_use]
    pub fn sent(self, everything: bool, now: Timestamp) -> Self {
        if everything {
            Self {
                phase: Phase::Settling,
                due_at: after(now, BACK_AFTER),
                ..self
            }
        } else {
            Self {
                due_at: after(now, BETWEEN_RUNS),
                ..self
            }
        }
    }

    /// Returns the state after what was sent again has come back. The last attempt is at
    /// [`SUSPENDED_AFTER`], whatever wait it cuts short.
    #[must_use]
    pub fn failed(self, now: Timestamp) -> Self {
        let attempts = self.attempts.saturating_add(1);
        let wait = usize::try_from(attempts).ok();
        let wait = wait.and_then(|attempts| WAITS.get(attempts));
        let wait = wait.or(WAITS.last()).copied().unwrap_or_default();
        let last = after(self.failing_since, SUSPENDED_AFTER);
        let due_at = after(now, wait).min(last).filter(|due_at| *due_at > now);
        Self {
            attempts,
            phase: due_at.map_or(Phase::Suspended, |_| Phase::Waiting),
            due_at,
            ..self
        }
    }
}

fn after(now: Timestamp, wait: SignedDuration) -> Option<Timestamp> {
    now.checked_add(wait).ok()
}
