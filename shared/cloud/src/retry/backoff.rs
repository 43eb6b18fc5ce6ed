//! Waits before a store is asked again.

use std::time::Duration;

use domain::Timestamp;
use domain::schedule::share_of;
use jiff::SignedDuration;

use super::{LONGEST_HIDING, LONGEST_INTERNAL_HIDING, UNDECIDED};
use crate::purchases::Submission;

/// Longest wait between two attempts of the schedule, in minutes.
const LONGEST_WAIT: i64 = 60;

/// Longest wait that a store can ask for, in seconds: a day.
const LONGEST_ASKED: i64 = 86_400;

/// Number of attempts after which a deferred notification is tried less often than hourly. They
/// take about three days, after which Google Play refunds a purchase that was not acknowledged.
const HOURLY_TIMES: u32 = 72;

/// Wait between later attempts for a deferred notification.
const RARELY: Duration = Duration::from_hours(6);

/// Kind of wait of the schedule.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    hourly: bool,
    at_least: Duration,
}

impl Wait {
    /// A person must act first: refused credentials, a missing configuration.
    pub const HOURLY: Self = Self {
        hourly: true,
        at_least: Duration::ZERO,
    };

    /// Builds the wait for a store that is busy or out of order and may have asked for a time.
    #[must_use]
    pub fn for_store(asked: Option<Duration>) -> Self {
        Self {
            hourly: false,
            at_least: asked.unwrap_or_default(),
        }
    }
}

/// Whether a time for which the store asks is short enough to hide the message for it.
#[must_use]
pub fn is_soon(asked: Option<Duration>) -> bool {
    asked.is_none_or(|asked| asked <= LONGEST_HIDING)
}

/// Returns a wait that is made up to twice as long by chance, so that those who met do not meet
/// again.
#[must_use]
pub fn jittered(wait: Duration) -> Duration {
    let mut random = [0];
    // Without random bytes the wait is only as long as it must be.
    let _ = getrandom::fill(&mut random);
    wait + wait * u32::from(random[0]) / 256
}

/// Returns for how many seconds to hide a message whose store gave no answer at this delivery: 1,
/// 2, 4, 5, or as long as the store asks, if that is longer.
#[must_use]
pub fn hiding(deliveries: u32, asked: Option<Duration>) -> i32 {
    doubled(deliveries, asked.unwrap_or_default(), LONGEST_HIDING)
}

/// Returns for how many seconds to hide a message after an internal error at this delivery: 1, 2,
/// 4, … 300.
#[must_use]
pub fn internal_hiding(deliveries: u32) -> i32 {
    doubled(deliveries, Duration::ZERO, LONGEST_INTERNAL_HIDING)
}

fn doubled(deliveries: u32, at_least: Duration, longest: Duration) -> i32 {
    let seconds = |duration: Duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX);
    let longest = seconds(longest);
    let doubled = 2_i32.checked_pow(deliveries.saturating_sub(1));
    let doubled = doubled.unwrap_or(longest);
    doubled.max(seconds(at_least)).clamp(1, longest)
}

/// Returns when the schedule asks again for a submission; `None` if it has waited long enough. For
/// an answer it waits 72 hours; for a payment, where the store has answered that it is `unpaid`, as
/// long as it is kept.
#[must_use]
pub fn of_submission(
    submission: &Submission,
    unpaid: bool,
    now: Timestamp,
    wait: Wait,
    spread_by: &str,
) -> Option<Timestamp> {
    let times = submission.deferrals;
    if unpaid {
        return Some(deferred(now, times, wait, spread_by));
    }
    let end = submission.submitted_at.checked_add(UNDECIDED);
    let end = end.unwrap_or(now);
    (now < end).then(|| scheduled(now, times, wait, spread_by).min(end))
}

/// Returns when the schedule asks again after this number of earlier attempts: after 1 minute, then
/// after twice the wait before, up to an hour; hourly where a person must act. Up to a quarter of
/// the wait is added, so that the backlog of an outage does not return all at once.
#[must_use]
pub fn scheduled(now: Timestamp, deferrals: u32, wait: Wait, spread_by: &str) -> Timestamp {
    let minutes = if wait.hourly {
        LONGEST_WAIT
    } else {
        (1_i64 << deferrals.min(6)).min(LONGEST_WAIT)
    };
    let asked = i64::try_from(wait.at_least.as_secs()).unwrap_or(LONGEST_ASKED);
    let seconds = (minutes * 60).max(asked.min(LONGEST_ASKED));
    let spread = share_of(SignedDuration::from_secs(seconds) / 4, spread_by);
    now.checked_add(SignedDuration::from_secs(seconds) + spread)
        .unwrap_or(now)
}

/// Returns when the schedule asks again for a deferred notification: as [`scheduled`], and after
/// three days only four times a day. With that, a month is less than 200 look-ups.
#[must_use]
pub fn deferred(now: Timestamp, times: u32, wait: Wait, spread_by: &str) -> Timestamp {
    let at_least = match times {
        0..HOURLY_TIMES => wait.at_least,
        _ => wait.at_least.max(RARELY),
    };
    scheduled(now, times, Wait { at_least, ..wait }, spread_by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiding_doubles_up_to_its_limit() {
        let hidden: Vec<i32> = (1..=5).map(|n| hiding(n, None)).collect();
        assert_eq!(hidden, [1, 2, 4, 5, 5]);
        let hidden: Vec<i32> = (1..=10).map(internal_hiding).collect();
        assert_eq!(hidden, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert_eq!(internal_hiding(u32::MAX), 300);
    }

    #[test]
    fn a_store_may_ask_for_a_longer_time() {
        let asked = Some(Duration::from_secs(4));
        assert_eq!((hiding(1, asked), is_soon(asked)), (4, true));
        let asked = Some(Duration::from_secs(90_000));
        assert_eq!((hiding(1, asked), is_soon(asked)), (5, false));
    }

    #[test]
    fn the_schedule_slows_down_and_spreads() {
        let after = |n, wait, name| scheduled(Timestamp::UNIX_EPOCH, n, wait, name).as_second();
        let outage = Wait::for_store(None);
        assert!((60..=75).contains(&after(0, outage, "a")));
        assert!((240..=300).contains(&after(2, outage, "a")));
        assert!((3600..=4500).contains(&after(9, outage, "a")));
        assert!((3600..=4500).contains(&after(0, Wait::HOURLY, "a")));
        assert_ne!(after(0, outage, "aaaa"), after(0, outage, "bbbb"));
    }

    #[test]
    fn a_backlog_comes_back_evenly_over_a_quarter_of_the_wait() {
        let outage = Wait::for_store(None);
        let mut seconds = [0; 15];
        for number in 0..15_000 {
            let name = format!("vzs-9f3c-{number}");
            let at = scheduled(Timestamp::UNIX_EPOCH, 0, outage, &name).as_second();
            seconds[usize::try_from(at - 60).unwrap()] += 1;
        }
        assert!(
            seconds.iter().all(|n| (700..1300).contains(n)),
            "{seconds:?}"
        );
    }

    #[test]
    fn a_deferred_notification_is_asked_for_hourly_for_three_days_and_then_rarely() {
        for wait in [Wait::HOURLY, Wait::for_store(None)] {
            let (mut now, mut times) = (Timestamp::UNIX_EPOCH, 0);
            let mut at = Vec::new();
            while now.as_second() < 30 * 86_400 {
                now = deferred(now, times, wait, "a");
                times += 1;
                at.push(now.as_second());
            }
            let early = at.iter().filter(|at| **at < 72 * 3600).count();
            assert!(early >= 50, "{early}");
            assert!(at.len() < 200, "{}", at.len());
        }
    }

    /// The seconds after which a submission is asked for.
    fn asked(wait: Wait, unpaid: bool) -> Vec<i64> {
        let submission = serde_json::json!({
            "broadcaster_id": "700100200", "store": "vizio", "locator": {"key": "vzs-1"},
            "customer_id": "ada", "correlation_id": "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1",
            "submitted_at": Timestamp::UNIX_EPOCH,
        });
        let mut submission: Submission = serde_json::from_value(submission).unwrap();
        let (mut at, mut now) = (Vec::new(), Timestamp::UNIX_EPOCH);
        while let Some(next) = of_submission(&submission, unpaid, now, wait, "a")
            && next.as_second() < 30 * 86_400
        {
            now = next;
            submission.deferrals += 1;
            at.push(now.as_second());
        }
        at
    }

    #[test]
    fn a_submission_without_an_answer_is_asked_for_until_72_hours_have_passed() {
        for wait in [Wait::HOURLY, Wait::for_store(None)] {
            let asked = asked(wait, false);
            assert_eq!(asked.last(), Some(&(72 * 3600)), "once more at the end");
            assert!(asked.len() < 80, "{}", asked.len());
        }
        let wait = Wait::for_store(Some(Duration::from_hours(24)));
        assert_eq!(asked(wait, false).last(), Some(&(72 * 3600)));
    }

    #[test]
    fn a_submission_that_is_not_paid_is_asked_for_as_long_as_it_is_kept() {
        let asked = asked(Wait::for_store(None), true);
        assert!(asked.last().unwrap() > &(29 * 86_400));
        assert!(asked.len() < 200, "{}", asked.len());
    }

    #[test]
    fn a_store_that_asks_for_hours_gets_them() {
        let wait = Wait::for_store(Some(Duration::from_secs(7_200)));
        assert!(scheduled(Timestamp::UNIX_EPOCH, 0, wait, "a").as_second() >= 7_200);
    }
}
