//! Telling the store that a purchase was delivered, once it was.

use std::time::Instant;

use cloud::subscriptions::{Change, StoredReceipt};
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use domain::{Decision, Subscription, Timestamp};
use jiff::SignedDuration;
use stores::{LookUpError, LookedUp};

use crate::ask::ROTATIONS;
use crate::handler::Verifier;
use crate::session::StoreSession;
use crate::verify::Work;

/// So long before the store returns the money, somebody should know.
const ALARM_BEFORE: SignedDuration = SignedDuration::from_hours(24);

impl Verifier {
    /// Acknowledges a purchase whose holder has access. What fails is tried again at the next look,
    /// which the schedule makes soon.
    pub(crate) async fn acknowledge(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        looked_up: &LookedUp,
        next: &Subscription,
    ) -> Result<(), CloudError> {
        let now = clock::now();
        if next.state.acknowledge_by.is_none() || !next.access_granted(now) {
            return Ok(());
        }
        let store = work.verification.store;
        let mut acknowledged = Err(LookUpError::Unauthorized);
        for _rotation in 0..ROTATIONS {
            let (config, asked) = (session.config(), Instant::now());
            let call = self
                .connectors
                .acknowledge(&config, &work.locator, &next.state);
            acknowledged = session.in_time(call).await;
            let rotated = self.rotated(work, session, &config, asked, &acknowledged);
            if !rotated.await? {
                break;
            }
        }
        if let Err(error) = acknowledged {
            tracing::warn!(%store, %error, "a purchase could not be acknowledged");
            warn_if_late(next, now);
            return Ok(());
        }
        let mut marked = next.clone();
        marked.version += 1;
        marked.state.acknowledge_by = None;
        let decision = Decision::keep(marked);
        let receipt = looked_up
            .receipt
            .as_ref()
            .map(|receipt| StoredReceipt::new(&receipt.0, looked_up.snapshot.observed_at));
        let change = Change {
            receipt: receipt.as_ref(),
            ..Change::new(Some(next), &decision, &work.locator, now)
        };
        match self.subscriptions.write(&change, Vec::new()).await {
            // Whoever wrote in between has seen that it is acknowledged, or will.
            Ok(()) | Err(CloudError::Conflict(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Counts a purchase whose acknowledgement is overdue; an alarm watches the count.
pub(crate) fn warn_if_late(subscription: &Subscription, now: Timestamp) {
    let state = &subscription.state;
    let late = state
        .acknowledge_by
        .is_some_and(|by| by.checked_sub(ALARM_BEFORE).is_ok_and(|alarm| now >= alarm) && now < by);
    if late && !state.test {
        tracing::error!(store = %subscription.store, subscription = %subscription.subscription_id, "a purchase is not acknowledged yet: the store will return the money");
        Metrics::new(vec![("Store", subscription.store.to_string())])
            .count("AcknowledgementLate")
            .write(now);
    }
}
