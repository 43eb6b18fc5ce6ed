//! Counting purchases that claims move from one customer to another.

use cloud::clock;
use cloud::telemetry::Metrics;
use domain::{Decision, EventKind};

use crate::commit::Committer;
use crate::task::Task;

/// More purchases than a customer plausibly takes over from others on one day.
const MOST_TRANSFERS: u32 = 3;

impl Committer {
    /// Counts a purchase that a claim moved; an alarm watches customers who take many. The
    /// purchase has moved whether or not it can be counted.
    pub(crate) async fn count_transfer(&self, task: &Task<'_>, decision: &Decision) {
        let Some(submission) = &task.submission else {
            return;
        };
        let mut events = decision.events.iter();
        let Some(moved) = events.find(|event| event.kind == EventKind::TransferredIn) else {
            return;
        };
        let taken = &moved.customer_id;
        let (broadcaster, now) = (task.broadcaster(), clock::now());
        Metrics::new(vec![("Broadcaster", broadcaster.to_string())])
            .count("Transfers")
            .write(now);
        match self.purchases.count_transfer(broadcaster, taken, now).await {
            Ok(count) if count > MOST_TRANSFERS => {
                let correlation = submission.correlation_id.to_string();
                tracing::error!(%broadcaster, correlation, count, "a customer takes many purchases from others");
                Metrics::new(vec![("Broadcaster", broadcaster.to_string())])
                    .count("CustomerMovesPurchases")
                    .write(now);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%broadcaster, %error, "a transfer was not counted"),
        }
    }
}
