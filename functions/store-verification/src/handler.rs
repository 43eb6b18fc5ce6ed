//! One batch of the queue: different purchases concurrently, the messages of one purchase in order.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use cloud::deadline::Deadline;
use cloud::fingerprint::Fingerprints;
use cloud::queue::{DeadLetters, Verification, VerificationQueue};
use cloud::retry::{RECEIVES, STORE_DELIVERIES, backoff};
use cloud::telemetry::Metrics;
use cloud::{Aws, CloudError, clock};
use domain::{PurchaseRef, Timestamp};
use futures::future::join_all;
use lambda_runtime::LambdaEvent;
use tracing::Instrument as _;

use crate::message::{Received, hide, read};
use crate::outcome::Outcome;
use crate::unreadable::set_aside;
use crate::verify::{Pipeline, Verified};

/// Remaining time below which no verification is begun: a store may take that long to answer.
const LEAST_TIME_LEFT: Duration = Duration::from_secs(14);

/// Time before the function's end at which an unfinished verification is cancelled.
const MARGIN: Duration = Duration::from_millis(500);

/// The function's clients.
#[derive(Debug)]
pub struct Verifier {
    pipeline: Pipeline,
    fingerprints: Fingerprints,
    queue: VerificationQueue,
    dead_letters: DeadLetters,
}

impl Verifier {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// A variable that is missing, or a client that can't be built.
    pub fn from_environment(aws: &Aws) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self {
            pipeline: Pipeline::from_environment(aws)?,
            fingerprints: Fingerprints::from_environment(aws)?,
            queue: VerificationQueue::from_environment(aws)?,
            dead_letters: DeadLetters::from_environment(aws)?,
        })
    }

    /// Verifies a batch and returns the messages that are to be delivered again.
    ///
    /// # Errors
    /// None, because each message fails on its own.
    pub async fn handle(
        &self,
        event: LambdaEvent<SqsEvent>,
    ) -> Result<SqsBatchResponse, CloudError> {
        let deadline = Deadline::of_invocation(event.context.deadline());
        let mut failures = Vec::new();
        let mut purchases: BTreeMap<PurchaseRef, Vec<Received>> = BTreeMap::new();
        for message in event.payload.records {
            match read(message) {
                Ok(received) => {
                    let purchase = received.verification.purchase();
                    purchases.entry(purchase).or_default().push(received);
                }
                Err(unreadable) => {
                    if !set_aside(&unreadable, &self.queue, &self.dead_letters).await {
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

    /// Verifies the messages about one purchase, the oldest first. Returns the ids of those that
    /// are to be delivered again.
    async fn one_by_one(&self, mut group: Vec<Received>, deadline: Deadline) -> Vec<String> {
        // A standard queue delivers in any order. The final state does not depend on it, but an
        // earlier claim that is processed late fails instead of succeeding first (ADR 8).
        group.sort_by_key(|received| received.verification.received_at);
        let mut failures = Vec::new();
        for received in group {
            let left = deadline.left();
            // Not on the last delivery, after which it would become a dead letter: there it is
            // begun nevertheless, and the schedule takes over what can't be completed.
            if left < LEAST_TIME_LEFT && received.deliveries < RECEIVES {
                self.delay(&received, 1).await;
                failures.push(received.message_id);
                continue;
            }
            // On the heap: unoptimised, the future of a whole verification is too large for a
            // stack.
            let done = Box::pin(self.carry_out(&received, deadline));
            // If Lambda ended the function instead, the whole batch would be delivered again.
            let done = tokio::time::timeout(left.saturating_sub(MARGIN), done).await;
            if !done.unwrap_or(false) {
                failures.push(received.message_id);
            }
        }
        failures
    }

    /// Returns whether the message has ended.
    async fn carry_out(&self, received: &Received, deadline: Deadline) -> bool {
        let verification = &received.verification;
        // Every line of the verification, also a connector's, names the purchase through the span.
        let purchase = self.fingerprints.of(&verification.locator.key).await;
        let span = tracing::info_span!("verification", purchase);
        self.verified(received, deadline).instrument(span).await
    }

    async fn verified(&self, received: &Received, deadline: Deadline) -> bool {
        let verification = &received.verification;
        let last_delivery = received.deliveries >= STORE_DELIVERIES;
        let verified = self.pipeline.verify(verification, last_delivery, deadline);
        match Box::pin(verified).await {
            Ok(Verified::Done(outcome)) => {
                note(verification, outcome);
                true
            }
            Ok(Verified::Again(asked)) => {
                let seconds = backoff::hiding(received.deliveries, asked);
                self.delay(received, seconds).await;
                false
            }
            Ok(Verified::Turn(at)) => self.queue_for(received, at).await,
            Err(error) => {
                tracing::error!(
                    broadcaster = %verification.broadcaster_id,
                    store = %verification.store,
                    %error,
                    "internal error while verifying"
                );
                if received.deliveries >= RECEIVES {
                    self.keep_beside(verification).await;
                }
                let seconds = backoff::internal_hiding(received.deliveries);
                self.delay(received, seconds).await;
                false
            }
        }
    }

    /// Queues a message again for its turn. While SQS delays it, it does not count as in flight, and
    /// its deliveries do not count either. Returns whether this one has ended.
    async fn queue_for(&self, received: &Received, turn: Timestamp) -> bool {
        let verification = Verification {
            turn: Some(turn),
            ..received.verification.clone()
        };
        let wait = turn.duration_since(clock::now());
        // Rounded up, because the turn must have come when the message does.
        let seconds = i32::try_from(wait.as_secs()).unwrap_or(i32::MAX).max(0) + 1;
        match self.queue.send_delayed(&verification, seconds).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%error, "a message could not be queued for its turn");
                false
            }
        }
    }

    /// Stores a notification that becomes a dead letter now as a deferred one, because its purchase
    /// may have to be looked up before a person gets to the letter.
    async fn keep_beside(&self, verification: &Verification) {
        let wait = backoff::Wait::for_store(None);
        let deferred = self.pipeline.rescheduler.defer(verification, wait);
        if let Err(error) = deferred.await {
            tracing::error!(%error, "a dead letter could not be deferred");
        }
    }

    async fn delay(&self, received: &Received, seconds: i32) {
        hide(&self.queue, &received.receipt_handle, seconds).await;
    }
}

/// Counts and logs the outcome of a message.
fn note(verification: &Verification, outcome: Outcome) {
    let (store, outcome) = (verification.store, outcome.as_str());
    let dimensions = vec![
        ("Store", store.to_string()),
        ("Outcome", outcome.to_owned()),
    ];
    let emf = Metrics::new(dimensions)
        .count("Verifications")
        .emf(clock::now());
    tracing::info!(
        target: "metrics",
        emf,
        broadcaster = %verification.broadcaster_id,
        %store,
        cause = verification.cause.name(),
        correlation = verification.cause.correlation_id().map(tracing::field::display),
        outcome,
        latency_ms = clock::milliseconds_since(verification.received_at),
        "verification"
    );
}

fn failure(message_id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message_id;
    failure
}
