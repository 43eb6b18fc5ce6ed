//! The time that a function has left for its stores.

use std::time::{Duration, Instant, SystemTime};

use domain::Timestamp;
use stores::LookUpError;

use crate::clock;

/// What a function needs after a store's answer: to write what was decided.
const RESERVE: Duration = Duration::from_secs(2);

/// A question is not begun with less time than this.
const LEAST: Duration = Duration::from_secs(3);

/// The timeout of the functions that ask stores, as the template sets it.
const TIMEOUT: Duration = Duration::from_secs(30);

/// End of an invocation, which Lambda's clock sets.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    ends: Instant,
    /// The same by Lambda's clock. Nothing that the function does comes later.
    ends_at: Timestamp,
}

impl Deadline {
    /// The deadline of an invocation that begins now, as its context names it. One that is past already, or
    /// further away than the timeout, shows that the function's own clock is off: the whole timeout is left.
    #[must_use]
    pub fn of_invocation(ends_at: SystemTime) -> Self {
        let left = ends_at.duration_since(SystemTime::now());
        let left = left.map_or(TIMEOUT, |left| left.min(TIMEOUT));
        Self {
            ends: Instant::now() + left,
            ends_at: Timestamp::try_from(ends_at).unwrap_or(Timestamp::MAX),
        }
    }

    /// The time that is left.
    #[must_use]
    pub fn left(self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }

    /// The time of what the function does now. A clock that is ahead does not take it beyond the
    /// deadline: what others observe a minute later must not look older.
    #[must_use]
    pub fn now(self) -> Timestamp {
        clock::now().min(self.ends_at)
    }

    /// Whether there is enough time to ask a store, and to write what comes of it.
    #[must_use]
    pub fn allows_a_question(self) -> bool {
        self.left() >= RESERVE + LEAST
    }

    /// The store's answer, if it comes before the function must end. With too little time left, the store is
    /// not asked at all.
    ///
    /// # Errors
    /// The store's own [`LookUpError`]; [`LookUpError::Unavailable`] if time runs out.
    pub async fn in_time<T>(
        self,
        answer: impl Future<Output = Result<T, LookUpError>>,
    ) -> Result<T, LookUpError> {
        if !self.allows_a_question() {
            let why = "too little time was left to ask it";
            return Err(LookUpError::Unavailable(why.to_owned()));
        }
        tokio::time::timeout(self.left().saturating_sub(RESERVE), answer)
            .await
            .unwrap_or_else(|_| Err(LookUpError::Unavailable("no answer in time".to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn in_seconds(seconds: u64) -> Deadline {
        Deadline::of_invocation(SystemTime::now() + Duration::from_secs(seconds))
    }

    #[tokio::test]
    async fn an_answer_in_time_is_given_on() {
        assert_eq!(in_seconds(30).in_time(ready(Ok(1))).await, Ok(1));
        let no = in_seconds(30).in_time::<()>(ready(Err(LookUpError::NotFound)));
        assert_eq!(no.await, Err(LookUpError::NotFound));
    }

    #[tokio::test]
    async fn nothing_is_asked_with_too_little_time() {
        for deadline in [
            in_seconds(4),
            Deadline::of_invocation(SystemTime::UNIX_EPOCH),
        ] {
            let error = deadline.in_time(ready(Ok(1))).await.unwrap_err();
            assert_eq!(error.kind(), "unavailable");
        }
    }

    #[tokio::test]
    async fn a_store_that_does_not_answer_is_given_up_before_the_end() {
        let deadline = Deadline::of_invocation(SystemTime::now() + Duration::from_millis(5_200));
        let error = deadline.in_time::<()>(pending()).await.unwrap_err();
        assert_eq!(error.kind(), "unavailable");
        assert!(deadline.left() > Duration::from_secs(1));
    }
}
