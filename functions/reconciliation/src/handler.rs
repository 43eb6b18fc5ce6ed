//! One run: takes what is due shard by shard, moves each item on and queues it, then reads the
//! stores' lists of undelivered notifications.

use cloud::broadcasters::Broadcasters;
use cloud::deadline::Deadline;
use cloud::item::{DUE_SHARDS, shard_name};
use cloud::purchases::Purchases;
use cloud::queue::{BATCH, Verification, VerificationCause, VerificationQueue};
use cloud::store_configs::StoreConfigs;
use cloud::subscriptions::Subscriptions;
use cloud::telemetry::{Metrics, Unit};
use cloud::{Aws, CloudError, clock};
use domain::Timestamp;
use futures::future::join_all;
use jiff::SignedDuration;
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use stores::{Connectors, StoreConfig};

use crate::tenants::Tenants;

/// Time for which an item that was queued is not queued again: enough for its verification.
const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// Number of items that one run takes from one shard of one kind. The next run continues.
const PER_SHARD: i32 = 100;

/// The function's clients.
#[derive(Debug)]
pub struct Reconciliation {
    pub(crate) purchases: Purchases,
    pub(crate) configs: StoreConfigs<StoreConfig>,
    pub(crate) connectors: Connectors,
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
            connectors: Connectors::new()?,
            subscriptions: Subscriptions::from_environment(aws)?,
            tenants: Tenants::new(Broadcasters::from_environment(aws)?),
            queue: VerificationQueue::from_environment(aws)?,
        })
    }

    /// Queues what is due now.
    ///
    /// # Errors
    /// [`CloudError`] if a table or the queue can't be reached; what was moved on but not queued is
    /// due again after the lease.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Queued, CloudError> {
        let now = clock::now();
        let deadline = Deadline::of_invocation(event.context.deadline());
        self.tenants.forget().await;
        let shards: Vec<String> = (0..DUE_SHARDS).map(shard_name).collect();
        // All are awaited before the first error is returned: what one shard moved on must be queued,
        // whatever happens to another.
        let subscriptions = join_all(shards.iter().map(|shard| self.subscriptions(shard, now)));
        let submissions = join_all(shards.iter().map(|shard| self.submissions(shard, now)));
        let notifications = join_all(shards.iter().map(|shard| self.notifications(shard, now)));
        let (subscriptions, submissions) = (subscriptions.await, submissions.await);
        let notifications = notifications.await;
        // Last, because it waits for stores: what is due in our own tables must not wait for them.
        let undelivered = self.read_histories(now, deadline).await;
        let queued = Queued {
            subscriptions: sum(subscriptions)?,
            submissions: sum(submissions)?,
            notifications: sum(notifications)?,
            undelivered: undelivered?,
        };
        tracing::info!(
            subscriptions = queued.subscriptions,
            submissions = queued.submissions,
            notifications = queued.notifications,
            undelivered = queued.undelivered,
            latency_ms = clock::milliseconds_since(now),
            "reconciliation"
        );
        let total =
            queued.subscriptions + queued.submissions + queued.notifications + queued.undelivered;
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        Metrics::new(Vec::new())
            .with("Reconciled", Unit::Count, f64::from(total))
            .write(now);
        Ok(queued)
    }

    async fn subscriptions(&self, shard: &str, now: Timestamp) -> Result<usize, CloudError> {
        let mut batch = Vec::new();
        for due in self.subscriptions.due(shard, now, PER_SHARD).await? {
            // A deleted broadcaster's items stay if its history is kept, and would be due for ever.
            if !self.tenants.exists(&due.broadcaster_id).await? {
                self.subscriptions.retire(&due).await?;
            } else if self.subscriptions.postpone(&due, lease(now)).await? {
                // The item is moved on before it is sent. In the other order, a run that dies in
                // between would queue it again every minute.
                batch.push(Verification::new(
                    due.broadcaster_id,
                    due.store,
                    due.locator,
                    VerificationCause::Reconciliation,
                    now,
                ));
            }
        }
        self.send(&batch).await
    }

    /// Queues deferred notifications: about purchases that are not stored, and about voided payments,
    /// which only a notification reports.
    async fn notifications(&self, shard: &str, now: Timestamp) -> Result<usize, CloudError> {
        let due = self
            .purchases
            .take_deferred(shard, now, lease(now), PER_SHARD);
        self.send(&due.await?).await
    }

    async fn submissions(&self, shard: &str, now: Timestamp) -> Result<usize, CloudError> {
        let mut batch = Vec::new();
        for due in self.purchases.due(shard, now, PER_SHARD).await? {
            if !self.tenants.exists(&due.broadcaster_id).await? {
                self.purchases.retire(&due).await?;
            } else if self.purchases.postpone(&due, lease(now)).await? {
                let cause = VerificationCause::Claim {
                    correlation_id: due.correlation_id,
                    customer_id: due.customer_id,
                };
                batch.push(Verification::new(
                    due.broadcaster_id,
                    due.store,
                    due.locator,
                    cause,
                    due.submitted_at,
                ));
            }
        }
        self.send(&batch).await
    }

    /// Queues in batches. What SQS does not accept is due again after the lease.
    pub(crate) async fn send(&self, batch: &[Verification]) -> Result<usize, CloudError> {
        let chunks = batch.chunks(BATCH).map(async |chunk| {
            let failed = self.queue.send_batch(chunk).await?;
            Ok(chunk.len() - failed.len())
        });
        sum(join_all(chunks).await)
    }
}

/// Adds up. Every summand was awaited before, so the first error hides no unsent batch.
fn sum(shards: Vec<Result<usize, CloudError>>) -> Result<usize, CloudError> {
    shards.into_iter().sum()
}

pub(crate) fn lease(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(now)
}
