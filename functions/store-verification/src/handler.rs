//! One batch of the queue: many purchases at once, each purchase by one at a time.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use cloud::broadcasters::Broadcasters;
use cloud::item::purchase_partition;
use cloud::purchases::Purchases;
use cloud::queue::{Verification, VerificationQueue};
use cloud::secrets::StoreSecrets;
use cloud::subscriptions::Subscriptions;
use cloud::telemetry::Metrics;
use cloud::{Aws, CloudError, clock};
use domain::Environment;
use futures::future::join_all;
use lambda_runtime::LambdaEvent;
use stores::Connectors;

use crate::backoff;
use crate::verify::Verified;

/// A verification is not begun with less time left than a store may take to answer.
const LEAST_TIME_LEFT: Duration = Duration::from_secs(14);

/// The function's clients.
#[derive(Debug)]
pub struct Verifier {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) purchases: Purchases,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) secrets: StoreSecrets,
    pub(crate) connectors: Connectors,
    pub(crate) environment: Environment,
    queue: VerificationQueue,
}

struct Received {
    message_id: String,
    receipt_handle: String,
    deliveries: u32,
    verification: Verification,
}

impl Verifier {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// A variable that is missing, or a client that can't be built.
    pub fn from_environment(aws: &Aws) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self {
            broadcasters: Broadcasters::from_environment(aws)?,
            purchases: Purchases::from_environment(aws)?,
            subscriptions: Subscriptions::from_environment(aws)?,
            secrets: StoreSecrets::from_environment(aws)?,
            connectors: Connectors::new()?,
            environment: aws.stage()?,
            queue: VerificationQueue::from_environment(aws)?,
        })
    }

    /// Verifies a batch. The answer names the messages that are to come again.
    ///
    /// # Errors
    /// None: each message fails for itself.
    pub async fn handle(
        &self,
        event: LambdaEvent<SqsEvent>,
    ) -> Result<SqsBatchResponse, CloudError> {
        let deadline = event.context.deadline();
        let mut failures = Vec::new();
        let mut purchases: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for message in event.payload.records {
            match read(message) {
                Ok(received) => {
                    let about = &received.verification;
                    let key =
                        purchase_partition(&about.broadcaster_id, about.store, &about.locator.key);
                    purchases.entry(key).or_default().push(received);
                }
                Err(message_id) => failures.push(message_id),
            }
        }
        let groups = purchases
            .into_values()
            .map(|group| self.one_by_one(group, deadline));
        failures.extend(join_all(groups).await.into_iter().flatten());
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failures.into_iter().map(failure).collect();
        Ok(response)
    }

    /// Verifies what concerns one purchase, oldest first. Answers the messages to come again.
    async fn one_by_one(
        &self,
        mut group: Vec<Received>,
        deadline: std::time::SystemTime,
    ) -> Vec<String> {
        group.sort_by_key(|received| received.verification.received_at);
        let mut failures = Vec::new();
        for received in group {
            let left = deadline
                .duration_since(std::time::SystemTime::now())
                .unwrap_or_default();
            if left < LEAST_TIME_LEFT {
                self.delay(&received, 1).await;
                failures.push(received.message_id);
                continue;
            }
            if !self.carry_out(&received).await {
                failures.push(received.message_id);
            }
        }
        failures
    }

    /// Answers whether the message is done with.
    async fn carry_out(&self, received: &Received) -> bool {
        let verification = &received.verification;
        let last_delivery = received.deliveries >= backoff::DELIVERIES;
        let verified = self.verify(verification, last_delivery).await;
        let latency_ms = clock::now()
            .duration_since(verification.received_at)
            .as_millis();
        let key = verification.locator.key.fingerprint();
        match verified {
            Ok(Verified::Done(outcome)) => {
                let store = verification.store.to_string();
                Metrics::new(vec![("Store", store), ("Outcome", outcome.to_owned())])
                    .count("Verifications")
                    .write(clock::now());
                tracing::info!(
                    broadcaster = %verification.broadcaster_id,
                    store = %verification.store,
                    purchase = key,
                    cause = verification.cause.name(),
                    correlation = verification.cause.correlation_id().map(tracing::field::display),
                    outcome,
                    latency_ms,
                    "verification"
                );
                true
            }
            Ok(Verified::Again(asked)) => {
                let seconds = backoff::delay(received.deliveries, asked);
                self.delay(received, seconds).await;
                false
            }
            Err(error) => {
                tracing::error!(
                    broadcaster = %verification.broadcaster_id,
                    store = %verification.store,
                    purchase = key,
                    %error,
                    "a verification failed inside"
                );
                self.delay(received, backoff::delay(received.deliveries, None))
                    .await;
                false
            }
        }
    }

    async fn delay(&self, received: &Received, seconds: i32) {
        if let Err(error) = self.queue.delay(&received.receipt_handle, seconds).await {
            // The queue's own visibility time-out serves, only later.
            tracing::warn!(%error, "a message could not be delayed");
        }
    }
}

fn read(message: SqsMessage) -> Result<Received, String> {
    let message_id = message.message_id.unwrap_or_default();
    let deliveries = message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    match serde_json::from_str(message.body.as_deref().unwrap_or_default()) {
        Ok(verification) => Ok(Received {
            message_id,
            receipt_handle: message.receipt_handle.unwrap_or_default(),
            deliveries,
            verification,
        }),
        Err(error) => {
            tracing::error!(%error, message_id, "a message of the queue can't be read");
            Err(message_id)
        }
    }
}

fn failure(message_id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message_id;
    failure
}
