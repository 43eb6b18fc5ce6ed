//! When to ask a store again that could not answer.

use std::time::Duration;

use domain::Timestamp;
use jiff::SignedDuration;

/// So many deliveries of one message are answered by hiding it for a while; after them the schedule
/// takes over. With the delays below that is about four minutes.
pub(crate) const DELIVERIES: u32 = 8;

/// The longest time for which a message is hidden, in seconds.
const LONGEST_DELAY: i32 = 300;

/// For how many seconds to hide a message that was delivered so many times: 1, 2, 4, … 300, or as
/// long as the store asked for, if that is longer.
pub(crate) fn delay(deliveries: u32, asked: Option<Duration>) -> i32 {
    let doubled = 2_i32
        .checked_pow(deliveries.saturating_sub(1))
        .unwrap_or(LONGEST_DELAY);
    let asked = asked.map_or(0, |asked| {
        i32::try_from(asked.as_secs()).unwrap_or(LONGEST_DELAY)
    });
    doubled.max(asked).clamp(1, LONGEST_DELAY)
}

/// When the schedule asks again: hourly where the store refuses our credentials, else after 5
/// minutes and then more rarely up to an hour, spread by up to a quarter so that an outage's
/// pile does not come back at once.
pub(crate) fn scheduled(now: Timestamp, put_off: u32, hourly: bool, spread_by: &str) -> Timestamp {
    let minutes = if hourly {
        60
    } else {
        (5_i64 << put_off.min(4)).min(60)
    };
    let seconds = minutes * 60;
    let spread = spread_by
        .bytes()
        .fold(0_i64, |hash, byte| (hash * 31 + i64::from(byte)) % 9973)
        * seconds
        / 4
        / 9973;
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
        let now = Timestamp::UNIX_EPOCH;
        let after = |n, hourly, name| scheduled(now, n, hourly, name).as_second();
        assert!((300..=375).contains(&after(0, false, "a")));
        assert!((3600..=4500).contains(&after(9, false, "a")));
        assert!((3600..=4500).contains(&after(0, true, "a")));
        assert_ne!(after(0, false, "aaaa"), after(0, false, "bbbb"));
    }
}
