//! One batch of the queue: many purchases at once, each purchase by one at a time.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use cloud::broadcasters::Broadcasters;
use cloud::deadline::Deadline;
use cloud::fingerprint::Fingerprints;
use cloud::item::purchase_partition;
use cloud::limits::ClaimLimits;
use cloud::purchases::Purchases;
use cloud::queue::{DeadLetters, Verification, VerificationQueue};
use cloud::secrets::StoreSecrets;
use cloud::subscriptions::Subscriptions;
use cloud::telemetry::Metrics;
use cloud::{Aws, CloudError, clock};
use domain::{Environment, Timestamp};
use futures::future::join_all;
use lambda_runtime::LambdaEvent;
use stores::Connectors;
use tracing::Instrument as _;

use crate::backoff;
use crate::unreadable::Unreadable;
use crate::verify::Verified;

/// A verification is not begun with less time left than a store may take to answer.
const LEAST_TIME_LEFT: Duration = Duration::from_secs(14);

/// A verification that is not done so long before the function's end is broken off.
const MARGIN: Duration = Duration::from_millis(500);

/// The function's clients.
#[derive(Debug)]
pub struct Verifier {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) purchases: Purchases,
    pub(crate) limits: ClaimLimits,
    fingerprints: Fingerprints,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) secrets: StoreSecrets,
    pub(crate) connectors: Connectors,
    pub(crate) environment: Environment,
    pub(crate) dead_letters: DeadLetters,
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
            limits: ClaimLimits::from_environment(aws)?,
            fingerprints: Fingerprints::from_environment(aws)?,
            subscriptions: Subscriptions::from_environment(aws)?,
            secrets: StoreSecrets::from_environment(aws)?,
            connectors: Connectors::new()?,
            environment: aws.stage()?,
            dead_letters: DeadLetters::from_environment(aws)?,
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
        let deadline = Deadline::of_invocation(event.context.deadline());
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
                Err(unreadable) => {
                    if !self.set_aside(&unreadable).await {
                        failures.push(unreadable.message_id);
                    }
                }
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
    async fn one_by_one(&self, mut group: Vec<Received>, deadline: Deadline) -> Vec<String> {
        group.sort_by_key(|received| received.verification.received_at);
        let mut failures = Vec::new();
        for received in group {
            let left = deadline.left();
            // The last time, it is left to the schedule rather than to the dead letters.
            if left < LEAST_TIME_LEFT && received.deliveries < backoff::RECEIVES {
                self.delay(&received, 1).await;
                failures.push(received.message_id);
                continue;
            }
            // On the heap: unoptimised, the future of a whole verification is too large for a stack.
            let done = Box::pin(self.carry_out(&received, deadline));
            // Whatever holds this one up must not take the whole batch with it.
            let done = tokio::time::timeout(left.saturating_sub(MARGIN), done).await;
            if !done.unwrap_or(false) {
                failures.push(received.message_id);
            }
        }
        failures
    }

    /// Answers whether the message is done with.
    async fn carry_out(&self, received: &Received, deadline: Deadline) -> bool {
        let verification = &received.verification;
        // Every line of the verification, also a connector's, names the purchase through the span.
        let purchase = self.fingerprints.of(&verification.locator.key).await;
        let span = tracing::info_span!("verification", purchase);
        self.verified(received, deadline).instrument(span).await
    }

    async fn verified(&self, received: &Received, deadline: Deadline) -> bool {
        let verification = &received.verification;
        let last_delivery = received.deliveries >= backoff::DELIVERIES;
        let verified = Box::pin(self.verify(verification, last_delivery, deadline)).await;
        let latency_ms = clock::milliseconds_since(verification.received_at);
        match verified {
            Ok(verified @ (Verified::Done(_) | Verified::Deferred)) => {
                let outcome = match verified {
                    Verified::Done(outcome) => outcome,
                    _ => "deferred",
                };
                let store = verification.store.to_string();
                Metrics::new(vec![("Store", store), ("Outcome", outcome.to_owned())])
                    .count("Verifications")
                    .write(clock::now());
                tracing::info!(
                    broadcaster = %verification.broadcaster_id,
                    store = %verification.store,
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
                    %error,
                    "a verification failed inside"
                );
                if received.deliveries >= backoff::RECEIVES {
                    self.keep_beside(verification).await;
                }
                self.delay(received, backoff::delay(received.deliveries, None))
                    .await;
                false
            }
        }
    }

    /// Keeps a notification that becomes a dead letter now: a person may be slower than its purchase.
    async fn keep_beside(&self, verification: &Verification) {
        let deferred = self.defer(verification, backoff::Wait::for_store(None));
        if let Err(error) = deferred.await {
            tracing::error!(%error, "a dead letter could not be deferred");
        }
    }

    async fn delay(&self, received: &Received, seconds: i32) {
        self.hide(&received.receipt_handle, seconds).await;
    }

    pub(crate) async fn hide(&self, receipt_handle: &str, seconds: i32) {
        if let Err(error) = self.queue.delay(receipt_handle, seconds).await {
            // The queue's own visibility time-out serves, only later.
            tracing::warn!(%error, "a message could not be delayed");
        }
    }
}

fn read(message: SqsMessage) -> Result<Received, Unreadable> {
    let deliveries = message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let sent_at = message
        .attributes
        .get("SentTimestamp")
        .and_then(|milliseconds| milliseconds.parse().ok())
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok());
    match serde_json::from_str::<Verification>(message.body.as_deref().unwrap_or_default()) {
        Ok(verification) => {
            // By SQS's clock: the sender's own may have been ahead.
            let received_at = verification.received_at;
            let received_at = sent_at.map_or(received_at, |sent_at| received_at.min(sent_at));
            Ok(Received {
                message_id: message.message_id.unwrap_or_default(),
                receipt_handle: message.receipt_handle.unwrap_or_default(),
                deliveries,
                verification: Verification {
                    received_at,
                    ..verification
                },
            })
        }
        // The error would show values.
        Err(_) => Err(Unreadable::new(message, deliveries)),
    }
}

fn failure(message_id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message_id;
    failure
}
