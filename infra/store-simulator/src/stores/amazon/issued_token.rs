//! Token of a confirmation.

use std::time::Duration;

use jiff::Timestamp;

/// Validity of a token.
const TOKEN_LIVES: Duration = Duration::from_secs(2 * 86_400);

/// Token that was sent in a confirmation.
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
