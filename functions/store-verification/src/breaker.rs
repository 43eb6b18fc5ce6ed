//! Circuit breakers: a store that gave no answer several times is not asked for some seconds, so that
//! its calls do not occupy this function while other stores and broadcasters wait.
//!
//! Each function has its own breakers. A common one would be written with every failure, and each
//! function finds out by itself after a few calls.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::{BroadcasterId, Store};
use stores::LookUpError;
use tokio::time::Instant;

/// Number of calls in a row without an answer that open the breaker.
const FAILURES: u32 = 3;

/// Longest time for which a breaker is open. As long as a message can be hidden for its store.
const LONGEST: Duration = cloud::retry::LONGEST_HIDING;

/// Time for which the others wait for the one call that tries whether the store answers again.
const TRIAL: Duration = Duration::from_secs(1);

type Pair = (BroadcasterId, Store);

/// Breaker of each broadcaster and store.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<HashMap<Pair, Breaker>>);

#[derive(Debug, Clone, Copy)]
struct Breaker {
    /// Number of calls in a row without an answer.
    failures: u32,
    /// Time until which nobody asks.
    open_until: Instant,
}

impl Breakers {
    /// Whether the store may be asked now. Of those who wait for an open breaker, one may ask after
    /// its time.
    ///
    /// # Errors
    /// The wait after which to try again.
    pub(crate) fn admit(&self, pair: &Pair, now: Instant) -> Result<(), Duration> {
        let mut breakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(breaker) = breakers.get_mut(pair) else {
            return Ok(());
        };
        if breaker.open_until > now {
            return Err(breaker.open_until.duration_since(now));
        }
        if breaker.failures >= FAILURES {
            breaker.open_until = now + TRIAL;
        }
        Ok(())
    }

    /// Counts the result of a call that ended `now`.
    pub(crate) fn count<T>(&self, pair: &Pair, answer: &Result<T, LookUpError>, now: Instant) {
        let mut breakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (failures, wait) = match answer {
            Err(LookUpError::Throttled { retry_after }) => {
                // The store has said it clearly, so the first time counts.
                let asked = retry_after.unwrap_or(Duration::from_secs(1));
                (FAILURES, asked.min(LONGEST))
            }
            Err(LookUpError::Unreachable(_) | LookUpError::Unavailable(_)) => {
                let before = breakers.get(pair).map_or(0, |breaker| breaker.failures);
                let failures = before.saturating_add(1);
                (failures, wait_after(failures))
            }
            // An answer, though perhaps a "no".
            Ok(_)
            | Err(
                LookUpError::InvalidRequest(_)
                | LookUpError::NotFound
                | LookUpError::Rejected(_)
                | LookUpError::Unauthorized
                | LookUpError::Malformed(_),
            ) => {
                breakers.remove(pair);
                return;
            }
        };
        let breaker = Breaker {
            failures,
            open_until: now + wait,
        };
        breakers.insert(pair.clone(), breaker);
    }
}

/// Returns for how long the breaker is open after so many failures: not at all, then 1, 2, 4, 5
/// seconds.
fn wait_after(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(FAILURES) else {
        return Duration::ZERO;
    };
    let seconds = 2_u64.saturating_pow(doublings);
    Duration::from_secs(seconds).min(LONGEST)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn pair() -> Pair {
        (BroadcasterId::new("700100200").unwrap(), Store::Roku)
    }

    fn unavailable() -> Result<(), LookUpError> {
        Err(LookUpError::Unavailable("503".to_owned()))
    }

    #[test]
    fn it_opens_after_three_failures_and_longer_each_time() {
        let (breakers, start) = (Breakers::default(), Instant::now());
        let mut now = start;
        let mut waits = Vec::new();
        for _ in 0..7 {
            assert_eq!(breakers.admit(&pair(), now), Ok(()));
            breakers.count(&pair(), &unavailable(), now);
            let wait = breakers.admit(&pair(), now).err().unwrap_or_default();
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 5, 5]);
    }

    #[test]
    fn one_call_tries_and_an_answer_closes_it() {
        let (breakers, start) = (Breakers::default(), Instant::now());
        for _ in 0..FAILURES {
            breakers.count(&pair(), &unavailable(), start);
        }
        let later = start + Duration::from_secs(1);
        assert_eq!(breakers.admit(&pair(), later), Ok(()));
        assert_eq!(breakers.admit(&pair(), later), Err(TRIAL), "only one tries");
        breakers.count(&pair(), &Err::<(), _>(LookUpError::NotFound), later);
        assert_eq!(breakers.admit(&pair(), later), Ok(()));
    }

    #[test]
    fn a_store_that_asks_to_wait_gets_its_time_at_once_and_others_are_not_concerned() {
        let (breakers, now) = (Breakers::default(), Instant::now());
        let asked = |seconds| {
            Err::<(), _>(LookUpError::Throttled {
                retry_after: Some(Duration::from_secs(seconds)),
            })
        };
        breakers.count(&pair(), &asked(3), now);
        assert_eq!(breakers.admit(&pair(), now), Err(Duration::from_secs(3)));
        let other = (pair().0, Store::Vizio);
        assert_eq!(breakers.admit(&other, now), Ok(()));
        breakers.count(&other, &asked(3_600), now);
        assert_eq!(breakers.admit(&other, now), Err(LONGEST));
    }
}
