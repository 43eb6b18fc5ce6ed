//! Count of the purchases that claims transfer between customers.

use cloud::clock;
use cloud::telemetry::Metrics;
use domain::{Decision, EventKind};

use crate::commit::Committer;
use crate::task::Task;

/// Largest number of purchases that a customer may take over on one day (UTC) without an alarm.
const MOST_TRANSFERS: u32 = 3;

impl Committer {
    /// Counts a purchase that a claim has transferred, and raises an alarm for a customer who takes
    /// over many. A count that can't be written is lost, because the transfer is already written.
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
