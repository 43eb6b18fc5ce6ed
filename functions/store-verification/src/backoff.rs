//! When to ask a store again that could not answer.

use std::time::Duration;

use domain::Timestamp;
use jiff::SignedDuration;

/// So many deliveries of one message are answered by hiding it for a while; after them the schedule
/// takes over. With the delays below that is about two minutes.
pub(crate) const DELIVERIES: u32 = 8;

/// The longest time for which a message is hidden. A store that asks for more is left to the schedule.
pub(crate) const LONGEST_HIDING: Duration = Duration::from_secs(300);

/// How long the schedule waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    hourly: bool,
    at_least: Duration,
}

impl Wait {
    /// Something must be put right by a person first.
    pub(crate) const HOURLY: Self = Self {
        hourly: true,
        at_least: Duration::ZERO,
    };

    /// The store is busy or out of order; it may have asked for a time.
    pub(crate) fn for_store(asked: Option<Duration>) -> Self {
        Self {
            hourly: false,
            at_least: asked.unwrap_or_default(),
        }
    }
}

/// For how many seconds to hide a message that was delivered so many times: 1, 2, 4, … 300, or as
/// long as the store asked for, if that is longer.
pub(crate) fn delay(deliveries: u32, asked: Option<Duration>) -> i32 {
    let longest = i32::try_from(LONGEST_HIDING.as_secs()).unwrap_or(i32::MAX);
    let doubled = 2_i32
        .checked_pow(deliveries.saturating_sub(1))
        .unwrap_or(longest);
    let asked = asked.map_or(0, |asked| i32::try_from(asked.as_secs()).unwrap_or(longest));
    doubled.max(asked).clamp(1, longest)
}

/// When the schedule asks again: after 5 minutes, then more and more rarely up to an hour; hourly
/// where a person must act; spread by up to a quarter, so that an outage's pile does not come back
/// at once.
pub(crate) fn scheduled(now: Timestamp, put_off: u32, wait: Wait, spread_by: &str) -> Timestamp {
    let minutes = if wait.hourly {
        60
    } else {
        (5_i64 << put_off.min(4)).min(60)
    };
    let asked = i64::try_from(wait.at_least.as_secs())
        .unwrap_or(86_400)
        .min(86_400);
    let seconds = (minutes * 60).max(asked);
    let hash = spread_by
        .bytes()
        .fold(0_i64, |hash, byte| (hash * 31 + i64::from(byte)) % 9973);
    let spread = hash * seconds / 4 / 9973;
    now.checked_add(SignedDuration::from_secs(seconds + spread))
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_five_minutes() {
        let delays: Vec<i32> = (1..=10).map(|n| delay(n, None)).collect();
        assert_eq!(delays, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    }

    #[test]
    fn a_store_may_ask_for_a_longer_delay() {
        assert_eq!(delay(1, Some(Duration::from_secs(30))), 30);
        assert_eq!(delay(1, Some(Duration::from_secs(90_000))), 300);
    }

    #[test]
    fn the_schedule_slows_down_and_spreads() {
        let after = |n, wait, name| scheduled(Timestamp::UNIX_EPOCH, n, wait, name).as_second();
        let outage = Wait::for_store(None);
        assert!((300..=375).contains(&after(0, outage, "a")));
        assert!((3600..=4500).contains(&after(9, outage, "a")));
        assert!((3600..=4500).contains(&after(0, Wait::HOURLY, "a")));
        assert_ne!(after(0, outage, "aaaa"), after(0, outage, "bbbb"));
    }

    #[test]
    fn a_store_that_asks_for_hours_gets_them() {
        let wait = Wait::for_store(Some(Duration::from_secs(7_200)));
        assert!(scheduled(Timestamp::UNIX_EPOCH, 0, wait, "a").as_second() >= 7_200);
    }
}
