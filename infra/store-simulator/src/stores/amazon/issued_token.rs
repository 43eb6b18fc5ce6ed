//! The token of a confirmation.

use std::time::Duration;

use jiff::Timestamp;

/// How long a token is good for.
const TOKEN_LIVES: Duration = Duration::from_secs(2 * 86_400);

/// A token that stands in a confirmation.
pub(super) struct IssuedToken {
    topic_arn: String,
    sent_at: Timestamp,
}

impl IssuedToken {
    pub(super) fn new(topic_arn: String, sent_at: Timestamp) -> Self {
        Self { topic_arn, sent_at }
    }

    pub(super) fn is_good(&self, topic_arn: &str, now: Timestamp) -> bool {
        let age = self.sent_at.duration_until(now).unsigned_abs();
        self.topic_arn == topic_arn && age <= TOKEN_LIVES
    }
}
