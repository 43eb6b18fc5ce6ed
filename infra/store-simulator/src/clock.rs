//! Clock of a tenant. It moves only forward, except when it is set anew.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Request to move the clock forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Advance {
    /// Distance in seconds.
    pub seconds: u64,
}

/// Reading of a tenant's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockReading {
    /// Current time, in whole seconds.
    pub now: Timestamp,
}

/// Clock of one tenant. It runs at the speed of real time from where it was set, unless frozen.
#[derive(Debug)]
pub(crate) struct Clock(Mutex<Hands>);

#[derive(Debug, Clone, Copy)]
struct Hands {
    base: Timestamp,
    ticking_since: Option<Instant>,
}

impl Clock {
    /// Returns a clock that shows the real time.
    pub(crate) fn real() -> Self {
        Self(Mutex::new(Hands::start(Timestamp::now(), false)))
    }

    /// Sets the clock to `start`, if given, and freezes or unfreezes it.
    pub(crate) fn configure(&self, start: Option<Timestamp>, frozen: bool) {
        let mut hands = self.lock();
        if let Some(start) = start {
            *hands = Hands::start(start, frozen);
        } else if frozen == hands.ticking_since.is_some() {
            *hands = Hands::start(hands.exact(), frozen);
        }
    }

    /// Returns the current time, in whole seconds as the stores write it.
    pub(crate) fn now(&self) -> Timestamp {
        let exact = self.lock().exact();
        Timestamp::from_second(exact.as_second()).unwrap_or(exact)
    }

    /// Moves forward by `seconds` and stops at the last representable time.
    pub(crate) fn advance(&self, seconds: u64) -> Timestamp {
        let there = self.lock().exact();
        if let Ok(there) = there.checked_add(Duration::from_secs(seconds)) {
            self.reach(there);
        }
        self.now()
    }

    /// Moves forward to `at`; does nothing if that is in the past.
    pub(crate) fn reach(&self, at: Timestamp) {
        let mut hands = self.lock();
        if hands.exact() < at {
            *hands = Hands::start(at, hands.ticking_since.is_none());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hands {
    fn start(at: Timestamp, frozen: bool) -> Self {
        Self {
            base: at,
            ticking_since: (!frozen).then(Instant::now),
        }
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

    fn frozen_at(text: &str) -> Clock {
        let clock = Clock::real();
        clock.configure(Some(at(text)), true);
        clock
    }

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = frozen_at("2026-11-05T09:30:00Z");
        assert_eq!(clock.advance(90), at("2026-11-05T09:31:30Z"));
        clock.reach(at("2026-12-05T09:30:00Z"));
        clock.reach(at("2026-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2026-12-05T09:30:00Z"));
    }

    #[test]
    fn a_moved_clock_goes_on_ticking() {
        let clock = Clock::real();
        clock.advance(3600);
        assert!(clock.lock().ticking_since.is_some());
        assert!(clock.now() > Timestamp::now());
    }

    #[test]
    fn it_shows_whole_seconds() {
        let clock = frozen_at("2026-11-05T09:30:00.75Z");
        assert_eq!(clock.now().to_string(), "2026-11-05T09:30:00Z");
    }
}
