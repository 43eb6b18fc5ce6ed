//! A clock that can be moved, but never backwards except by setting it anew.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far to move the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Advance {
    /// In seconds, forward.
    pub seconds: u64,
}

/// A partner's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockReading {
    /// Its present, in whole seconds.
    pub now: Timestamp,
}

/// One partner's clock. It ticks with real time from where it was set, unless frozen.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    base: Timestamp,
    ticking_since: Option<Instant>,
}

impl Clock {
    /// A clock that starts at `at`, or at the real time.
    pub(crate) fn start(at: Option<Timestamp>, frozen: bool) -> Self {
        Self {
            base: at.unwrap_or_else(Timestamp::now),
            ticking_since: (!frozen).then(Instant::now),
        }
    }

    /// Stops or restarts the ticking; the time itself stays what it is.
    pub(crate) fn set_frozen(&mut self, frozen: bool) {
        if frozen == self.ticking_since.is_some() {
            *self = Self::start(Some(self.exact()), frozen);
        }
    }

    /// The present, in whole seconds as the stores write it.
    pub(crate) fn now(&self) -> Timestamp {
        let exact = self.exact();
        Timestamp::from_second(exact.as_second()).unwrap_or(exact)
    }

    /// Moves forward by `seconds`; at the end of representable time it stands still.
    pub(crate) fn advance(&mut self, seconds: u64) -> Timestamp {
        let there = self.exact().checked_add(Duration::from_secs(seconds));
        if let Ok(there) = there {
            self.reset(there);
        }
        self.now()
    }

    /// Moves forward to `at`; does nothing when that is already past.
    pub(crate) fn reach(&mut self, at: Timestamp) {
        if self.exact() < at {
            self.reset(at);
        }
    }

    fn reset(&mut self, at: Timestamp) {
        *self = Self::start(Some(at), self.ticking_since.is_none());
    }

    fn exact(&self) -> Timestamp {
        let elapsed = self.ticking_since.map(|since| since.elapsed());
        self.base
            .checked_add(elapsed.unwrap_or_default())
            .unwrap_or(self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let mut clock = Clock::start(Some(at("2026-11-05T09:30:00Z")), true);
        assert_eq!(clock.advance(90), at("2026-11-05T09:31:30Z"));
        clock.reach(at("2026-12-05T09:30:00Z"));
        clock.reach(at("2026-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2026-12-05T09:30:00Z"));
    }

    #[test]
    fn a_moved_clock_goes_on_ticking() {
        let mut clock = Clock::start(None, false);
        clock.advance(3600);
        assert!(clock.ticking_since.is_some());
        assert!(clock.now() > Timestamp::now());
    }

    #[test]
    fn it_shows_whole_seconds() {
        let clock = Clock::start(Some(at("2026-11-05T09:30:00.75Z")), true);
        assert_eq!(clock.now().to_string(), "2026-11-05T09:30:00Z");
    }
}
