//! The functions' clock.

use domain::{Timestamp, whole_milliseconds};

/// Current time in whole milliseconds, the precision of stored times.
#[must_use]
pub fn now() -> Timestamp {
    whole_milliseconds(Timestamp::now())
}

/// Milliseconds since a time, as an integer that a log line can hold.
#[must_use]
pub fn milliseconds_since(then: Timestamp) -> i64 {
    now().as_millisecond().saturating_sub(then.as_millisecond())
}
