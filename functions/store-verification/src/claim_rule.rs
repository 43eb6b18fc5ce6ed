//! What a broadcaster wants of claims of one store, and what is counted of them.

use cloud::clock;
use cloud::telemetry::Metrics;
use domain::{Decision, EventKind, Reading, SecondFactor};
use stores::LookedUp;

use crate::handler::Verifier;
use crate::verify::Work;

/// More purchases than a customer plausibly takes over from others on one day.
const MOST_TRANSFERS: u32 = 3;

/// Whether a claim lacks the second factor that its store's rule requires. Whoever holds the purchase
/// already has shown it.
pub(crate) fn lacks_second_factor(work: &Work<'_>, looked_up: &LookedUp, holds: bool) -> bool {
    let Some(submission) = &work.submission else {
        return false;
    };
    let Some(field) = stores::second_factor(work.verification.store) else {
        return false;
    };
    if work.rule.second_factor == SecondFactor::Optional || holds {
        return false;
    }
    let Reading::Known(state) = &looked_up.snapshot.reading else {
        // Not decided yet.
        return false;
    };
    let shown = submission.locator.details.get(field);
    shown.is_none() || shown != state.details.get(field)
}

impl Verifier {
    /// Counts a purchase that a claim moved; an alarm watches customers who take many. That it can't be
    /// counted undoes nothing.
    pub(crate) async fn count_transfer(&self, work: &Work<'_>, decision: &Decision) {
        let Some(submission) = &work.submission else {
            return;
        };
        let moved = decision.events.iter();
        let Some(taken) = moved
            .filter(|event| event.kind == EventKind::TransferredIn)
            .find_map(|event| event.subscription.customer_id.as_ref())
        else {
            return;
        };
        let (broadcaster, now) = (&work.verification.broadcaster_id, clock::now());
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
