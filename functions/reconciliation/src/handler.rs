//! One run: queues what is due in the tables, then reads the stores' lists of undelivered
//! notifications.

use cloud::broadcasters::Broadcasters;
use cloud::deadline::Deadline;
use cloud::purchases::Purchases;
use cloud::queue::{BATCH, Delayed, VerificationQueue};
use cloud::retry::LEASE;
use cloud::store_configs::StoreConfigs;
use cloud::subscriptions::Subscriptions;
use cloud::telemetry::{Metrics, Unit};
use cloud::{Aws, CloudError, clock};
use domain::Timestamp;
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use stores::{ConnectorContext, StoreConfig};

use crate::budget::Budget;
use crate::drain::{Drained, Run, earlier};
use crate::kinds::{Checks, Notifications, Submissions};
use crate::tenants::Tenants;

/// Number of messages in the verification queue up to which checks are added. Submissions and
/// notifications wait behind them in the same queue; it verifies this many in a few seconds.
const MOST_WAITING: usize = 20_000;

/// The function's clients.
#[derive(Debug)]
pub struct Reconciliation {
    pub(crate) purchases: Purchases,
    pub(crate) configs: StoreConfigs<StoreConfig>,
    pub(crate) context: ConnectorContext,
    subscriptions: Subscriptions,
    tenants: Tenants,
    queue: VerificationQueue,
}

/// Numbers of verifications that one run queued, by what they were queued for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Queued {
    /// Checks of subscriptions.
    pub subscriptions: usize,
    /// Submissions without an outcome.
    pub submissions: usize,
    /// Deferred notifications.
    pub notifications: usize,
    /// Undelivered notifications, read from the stores' lists.
    pub undelivered: usize,
}

impl Reconciliation {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// A variable that is missing, or a client that can't be built.
    pub fn from_environment(aws: &Aws) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self {
            purchases: Purchases::from_environment(aws)?,
            configs: StoreConfigs::from_environment(aws, StoreConfig::parse)?,
            context: ConnectorContext::new()?,
            subscriptions: Subscriptions::from_environment(aws)?,
            tenants: Tenants::new(Broadcasters::from_environment(aws)?),
            queue: VerificationQueue::from_environment(aws)?,
        })
    }

    /// Queues what is due now: submissions first, because customers wait for them, checks of
    /// subscriptions last.
    ///
    /// # Errors
    /// The first [`CloudError`], after everything else was done. What could not be queued stays
    /// due.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Queued, CloudError> {
        let now = clock::now();
        let deadline = Deadline::of_invocation(event.context.deadline());
        self.tenants.forget().await;
        let (purchases, tenants) = (&self.purchases, &self.tenants);
        let run = Run {
            queue: &self.queue,
            deadline,
            now,
            lease: lease(now),
        };
        let submissions = run
            .drain(&Submissions { purchases, tenants }, usize::MAX)
            .await;
        let notifications = run.drain(&Notifications { purchases }, usize::MAX).await;
        let subscriptions = self.checks(&run).await;
        // Last, because it waits for stores: what is due in our own tables must not wait for them.
        let undelivered = self.read_histories(now, deadline).await;
        let oldest = earlier(submissions.oldest, notifications.oldest);
        let oldest = earlier(oldest, subscriptions.oldest);
        let queued = Queued {
            subscriptions: subscriptions.queued,
            submissions: submissions.queued,
            notifications: notifications.queued,
            undelivered: *undelivered.as_ref().unwrap_or(&0),
        };
        queued.report(oldest, now);
        let failures = [
            submissions.failed,
            notifications.failed,
            subscriptions.failed,
        ];
        // Fails only now, after everything else was done, so that the function's alarm sees it.
        match failures.into_iter().flatten().next() {
            Some(error) => Err(error),
            None => undelivered.map(|_| queued),
        }
    }

    /// Queues checks of subscriptions, as many as fit in beside what waits in the queue.
    async fn checks(&self, run: &Run<'_>) -> Drained {
        let waiting = match self.queue.waiting().await {
            Ok(waiting) => waiting,
            Err(error) => {
                // Nothing would bound the checks without this number, and they would hold up the
                // submissions in the queue.
                return Drained {
                    failed: Some(error),
                    ..Drained::default()
                };
            }
        };
        let (subscriptions, tenants) = (&self.subscriptions, &self.tenants);
        let checks = Checks {
            subscriptions,
            tenants,
            budget: Budget::default(),
            now: run.now,
        };
        let room = MOST_WAITING.saturating_sub(waiting);
        let drained = run.drain(&checks, room).await;
        checks.budget.report(run.now).await;
        drained
    }

    /// Queues in batches. What SQS does not accept is due again after the lease.
    pub(crate) async fn send(&self, batch: &[Delayed]) -> Result<usize, CloudError> {
        let mut accepted = 0;
        for chunk in batch.chunks(BATCH) {
            let refused = self.queue.send_batch(chunk).await?;
            accepted += chunk.len().saturating_sub(refused.len());
        }
        Ok(accepted)
    }
}

impl Queued {
    /// Writes the numbers, and for how long the oldest due item had waited (0 if nothing was due).
    fn report(&self, oldest: Option<Timestamp>, now: Timestamp) {
        let waited = oldest.map_or(0, |oldest| {
            now.as_second().saturating_sub(oldest.as_second())
        });
        let waited = u32::try_from(waited.max(0)).unwrap_or(u32::MAX);
        tracing::info!(
            subscriptions = self.subscriptions,
            submissions = self.submissions,
            notifications = self.notifications,
            undelivered = self.undelivered,
            oldest_due_s = waited,
            latency_ms = clock::milliseconds_since(now),
            "reconciliation"
        );
        let total = self.subscriptions + self.submissions + self.notifications + self.undelivered;
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        Metrics::new(Vec::new())
            .with("Reconciled", Unit::Count, f64::from(total))
            .with("OldestDue", Unit::Seconds, f64::from(waited))
            .write(now);
    }
}

pub(crate) fn lease(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(now)
}
