//! The end of an invocation, which Lambda's clock sets.

use std::time::{Duration, Instant, SystemTime};

use cloud::clock;
use domain::Timestamp;
use lambda_runtime::Context;

/// The function's timeout, as the template sets it.
const TIMEOUT: Duration = Duration::from_secs(30);

/// When the function must have ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    ends: Instant,
    /// The same by Lambda's clock. Nothing that the function does comes later.
    ends_at: Timestamp,
}

impl Deadline {
    /// The deadline of an invocation that begins now. One that is past already, or further away than the
    /// timeout, shows that the function's own clock is off: the whole timeout is left.
    pub(crate) fn of(context: &Context) -> Self {
        let left = context.deadline().duration_since(SystemTime::now());
        let left = left.map_or(TIMEOUT, |left| left.min(TIMEOUT));
        let milliseconds = i64::try_from(context.deadline).unwrap_or(i64::MAX);
        Self {
            ends: Instant::now() + left,
            ends_at: Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX),
        }
    }

    /// The time that is left.
    pub(crate) fn left(self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }

    /// The time of what the function does now. A clock that is ahead does not take it beyond the
    /// deadline: what others observe a minute later must not look older.
    pub(crate) fn now(self) -> Timestamp {
        clock::now().min(self.ends_at)
    }
}
