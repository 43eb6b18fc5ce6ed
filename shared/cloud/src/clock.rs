//! The functions' clock.

use domain::{Timestamp, whole_milliseconds};
use jiff::SignedDuration;

/// Largest difference between the clocks of two functions.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// Returns the current time in whole milliseconds, the precision of stored times.
#[must_use]
pub fn now() -> Timestamp {
    #[cfg(feature = "simulated-time")]
    if let Some(now) = simulated::now() {
        return whole_milliseconds(now);
    }
    whole_milliseconds(Timestamp::now())
}

/// Simulated time of tests: minutes pass in the time that the computing takes.
#[cfg(feature = "simulated-time")]
pub mod simulated {
    use std::cell::Cell;

    use domain::Timestamp;
    use jiff::SignedDuration;
    use tokio::time::Instant;

    thread_local! {
        static START: Cell<Option<(Timestamp, Instant)>> = const { Cell::new(None) };
    }

    /// Lets this thread's clock begin at `at` and follow the clock of tokio, which a test pauses with
    /// `tokio::time::pause`.
    pub fn begin(at: Timestamp) {
        START.set(Some((at, Instant::now())));
    }

    pub(super) fn now() -> Option<Timestamp> {
        let (at, start) = START.get()?;
        let passed = SignedDuration::try_from(start.elapsed()).ok()?;
        at.checked_add(passed).ok()
    }
}

/// Returns the milliseconds since a time, as an integer that a log line can hold.
#[must_use]
pub fn milliseconds_since(then: Timestamp) -> i64 {
    now().as_millisecond().saturating_sub(then.as_millisecond())
}

/// Returns a stored time of a past event. One that lies in the future was written by a function
/// whose clock was ahead. It counts as a minute old, so that it hides no later events (ADR 27).
#[must_use]
pub fn credible(at: Timestamp) -> Timestamp {
    let now = now();
    let (Ok(latest), Ok(before)) = (now.checked_add(SKEW), now.checked_sub(SKEW)) else {
        return at;
    };
    if at <= latest {
        return at;
    }
    tracing::warn!(stored = %at, "a stored time lies in the future");
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_counted_from_then_to_now() {
        let ago = |milliseconds| now() - SignedDuration::from_millis(milliseconds);
        assert!((5_000..15_000).contains(&milliseconds_since(ago(5_000))));
        assert!((-5_000..5_000).contains(&milliseconds_since(ago(-5_000))));
        assert!(milliseconds_since(ago(-60_000)) < 0);
    }
}
