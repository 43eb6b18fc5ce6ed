//! When to ask a store again that could not answer.

use std::time::Duration;

use cloud::purchases::Submission;
use domain::Timestamp;
use jiff::SignedDuration;

/// So many deliveries of one message are answered by hiding it for a while; after them the schedule
/// takes over. With the delays below that is about two minutes.
pub(crate) const DELIVERIES: u32 = 8;

/// After so many deliveries the queue makes a message a dead letter (`maxReceiveCount` in the template).
pub(crate) const RECEIVES: u32 = 12;

/// So often a deferred notification is asked for at least hourly: for three days, after which stores
/// return the money of a purchase that was not acknowledged.
const HOURLY_TIMES: u32 = 72;

/// How often it is asked for after that.
const RARELY: Duration = Duration::from_hours(6);

/// The longest time for which a message is hidden. A store that asks for more is left to the schedule.
pub(crate) const LONGEST_HIDING: Duration = Duration::from_secs(300);

/// Whether a time for which the store asks is short enough to hide the message for it.
pub(crate) fn is_soon(asked: Option<Duration>) -> bool {
    asked.is_none_or(|asked| asked <= LONGEST_HIDING)
}

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

/// How long a submission waits for a store that gives no answer about it.
const UNDECIDED: SignedDuration = SignedDuration::from_hours(72);

/// When the schedule asks again for a submission; `None` if it has waited long enough. For an answer it
/// waits 72 hours; for a payment, where the store has answered that it is `unpaid`, as long as it is kept.
pub(crate) fn of_submission(
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

/// When the schedule asks again: after 5 minutes, then more and more rarely up to an hour; hourly
/// where a person must act; spread by up to a quarter, so that an outage's pile does not come back
/// at once.
pub(crate) fn scheduled(now: Timestamp, deferrals: u32, wait: Wait, spread_by: &str) -> Timestamp {
    let minutes = if wait.hourly {
        60
    } else {
        (5_i64 << deferrals.min(4)).min(60)
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

/// When the schedule asks again for a deferred notification: as [`scheduled`], and after three days only
/// four times a day. With that, a month is less than 200 questions.
pub(crate) fn deferred(now: Timestamp, times: u32, wait: Wait, spread_by: &str) -> Timestamp {
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
