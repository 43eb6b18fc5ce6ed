//! Time limit of an invocation that asks stores.

use std::time::{Duration, SystemTime};

use domain::Timestamp;
use tokio::time::Instant;

use crate::clock;
use crate::retry::FUNCTION_TIMEOUT;

/// Time kept after a store's answer for the writes that follow from it.
const RESERVE: Duration = Duration::from_secs(2);

/// Shortest time in which a request to a store is worth starting.
const LEAST: Duration = Duration::from_secs(3);

/// End of an invocation, which Lambda's clock sets.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    ends: Instant,
    /// The end by Lambda's clock; the latest time that [`now`](Self::now) returns.
    ends_at: Timestamp,
}

impl Deadline {
    /// Builds the deadline of an invocation that begins now; `ends_at` is the end that its context
    /// states.
    ///
    /// An end in the past, or further away than the timeout, shows that this function's clock is
    /// wrong. Then the whole timeout counts.
    #[must_use]
    pub fn of_invocation(ends_at: SystemTime) -> Self {
        let ends_at = Timestamp::try_from(ends_at).unwrap_or(Timestamp::MAX);
        let left = Duration::try_from(ends_at.duration_since(clock::now()));
        let left = left.map_or(FUNCTION_TIMEOUT, |left| left.min(FUNCTION_TIMEOUT));
        Self {
            // From here on the monotonic clock measures: a correction of the wall clock during the
            // invocation has no effect.
            ends: Instant::now() + left,
            ends_at,
        }
    }

    /// Returns the time until the end; zero once it has passed.
    #[must_use]
    pub fn left(self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }

    /// Returns the current time, at most the end of the invocation: an observation by a clock that
    /// is ahead must not look newer than one that another function makes a minute later (ADR 27).
    #[must_use]
    pub fn now(self) -> Timestamp {
        clock::now().min(self.ends_at)
    }

    /// Whether the time suffices to ask a store and to write the result.
    #[must_use]
    pub fn allows_a_question(self) -> bool {
        self.left() >= RESERVE + LEAST
    }

    /// Awaits a store's answer until shortly before the end. With too little time left, the request
    /// is not started.
    ///
    /// # Errors
    /// The store's own error; `out_of_time` with the reason if time runs out.
    pub async fn in_time<T, E>(
        self,
        answer: impl Future<Output = Result<T, E>>,
        out_of_time: impl FnOnce(&'static str) -> E,
    ) -> Result<T, E> {
        if !self.allows_a_question() {
            return Err(out_of_time("too little time was left to ask it"));
        }
        // Given up here, the function can still postpone what it was doing. A timeout by Lambda
        // would leave the message in its queue.
        tokio::time::timeout(self.left().saturating_sub(RESERVE), answer)
            .await
            .unwrap_or_else(|_| Err(out_of_time("no answer in time")))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn in_seconds(seconds: u64) -> Deadline {
        Deadline::of_invocation(SystemTime::now() + Duration::from_secs(seconds))
    }

    async fn in_time(
        deadline: Deadline,
        answer: impl Future<Output = Result<u8, String>>,
    ) -> Result<u8, String> {
        let unavailable = |why| format!("unavailable: {why}");
        deadline.in_time(answer, unavailable).await
    }

    #[tokio::test]
    async fn an_answer_in_time_is_given_on() {
        assert_eq!(in_time(in_seconds(30), ready(Ok(1))).await, Ok(1));
        let no = Err("no such purchase".to_owned());
        assert_eq!(in_time(in_seconds(30), ready(no.clone())).await, no);
    }

    #[tokio::test]
    async fn nothing_is_asked_with_too_little_time() {
        let late = in_time(in_seconds(4), ready(Ok(1))).await;
        let why = "unavailable: too little time was left to ask it";
        assert_eq!(late, Err(why.to_owned()));
    }

    #[test]
    fn an_end_that_a_wrong_clock_places_in_the_past_leaves_the_whole_timeout() {
        let ends_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let deadline = Deadline::of_invocation(ends_at);
        assert!(deadline.left() > FUNCTION_TIMEOUT - LEAST);
        // Its times still follow Lambda's clock.
        assert_eq!(deadline.now(), Timestamp::from_second(1_000).unwrap());
    }

    #[tokio::test]
    async fn a_store_that_does_not_answer_is_given_up_before_the_end() {
        let deadline = Deadline::of_invocation(SystemTime::now() + Duration::from_millis(5_200));
        let late = in_time(deadline, pending()).await;
        assert_eq!(late, Err("unavailable: no answer in time".to_owned()));
        assert!(deadline.left() > Duration::from_secs(1));
    }
}
