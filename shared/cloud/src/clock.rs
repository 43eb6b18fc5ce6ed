//! The one clock: the functions' own.

use domain::{Timestamp, whole_milliseconds};

/// The time, in whole milliseconds.
#[must_use]
pub fn now() -> Timestamp {
    whole_milliseconds(Timestamp::now())
}
