//! Count of claims that fail in the way guesses do (ADR 32).

use cloud::clock;
use cloud::telemetry::Metrics;
use domain::BroadcasterId;
use domain::validation::{EndedValidation, ValidationOutcome};

use crate::commit::Committer;

impl Committer {
    /// Counts a failed claim, after its outcome was stored. A count that can't be written is lost,
    /// because the claim is already answered.
    pub(crate) async fn count_failed_claim(
        &self,
        broadcaster: &BroadcasterId,
        ended: &EndedValidation,
    ) {
        let ValidationOutcome::Failure { error, .. } = &ended.outcome else {
            return;
        };
        if !error.may_be_a_guess() {
            return;
        }
        let now = clock::now();
        let mut metrics =
            Metrics::new(vec![("Broadcaster", broadcaster.to_string())]).count("FailedClaims");
        let counted = self
            .limits
            .count_failure(broadcaster, &ended.customer_id, now);
        match counted.await {
            Ok(counted) => {
                if counted.customer_stopped {
                    metrics = metrics.count("CustomersStopped");
                }
                if counted.broadcaster_limit_passed {
                    tracing::error!(%broadcaster, "too many claims fail: ids may be guessed");
                    metrics = metrics.count("FailedClaimLimitPassed");
                }
            }
            Err(error) => tracing::warn!(%error, "a failed claim could not be counted"),
        }
        metrics.write(now);
    }
}
