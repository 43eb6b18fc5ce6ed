//! The one clock: the functions' own.

use domain::{Timestamp, whole_milliseconds};

/// The time, in whole milliseconds.
#[must_use]
pub fn now() -> Timestamp {
    whole_milliseconds(Timestamp::now())
}

/// The milliseconds since then, as a log can write them: as a number.
#[must_use]
pub fn milliseconds_since(then: Timestamp) -> i64 {
    now().as_millisecond().saturating_sub(then.as_millisecond())
}
