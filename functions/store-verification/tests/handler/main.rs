//! Batches of the verification queue, with a store that answers as it is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod batches;
mod claims;
mod deadlines;
mod deferred;
mod denials;
mod event;
mod follow_ups;
mod notices;
mod outages;
mod outcomes;
mod quiet;
mod rotation;
mod shortages;
mod store;
mod unreadable;

use std::time::{Duration, SystemTime};

use aws_lambda_events::event::sqs::SqsEvent;
use cloud::purchases::{Purchases, Submission};
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{PurchaseRecord, Subscriptions};
use domain::validation::{ClaimEffect, ValidationFailure, ValidationOutcome};
use domain::{BroadcasterId, CorrelationId, CustomerId, PurchaseKey, PurchaseRef, Timestamp};
use in_process_aws::{BROADCASTER, InProcessAws, Purchase};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use store::Store;
use store_verification::Verifier;

/// An AWS with the broadcaster in it, a store, and the function.
struct Scene {
    aws: InProcessAws,
    store: Store,
    verifier: Verifier,
}

/// A message and how often it was delivered.
type Delivered = (Verification, u32);

async fn scene() -> Scene {
    let (aws, store) = (InProcessAws::start().await, Store::start().await);
    aws.seed(&store.url).await;
    let verifier = Verifier::from_environment(&aws.aws()).unwrap();
    Scene {
        aws,
        store,
        verifier,
    }
}

fn broadcaster() -> BroadcasterId {
    BroadcasterId::new(BROADCASTER).unwrap()
}

fn seconds_ago(seconds: i64) -> Timestamp {
    let now = cloud::clock::now();
    now.checked_sub(jiff::SignedDuration::from_secs(seconds))
        .unwrap()
}

fn verification(key: &str, cause: VerificationCause, received_at: Timestamp) -> Verification {
    let locator = Purchase::new(key).locator();
    Verification::new(
        broadcaster(),
        domain::Store::Vizio,
        locator,
        cause,
        received_at,
    )
}

fn check(key: &str) -> Verification {
    verification(key, VerificationCause::Reconciliation, cloud::clock::now())
}

fn notification(key: &str) -> Verification {
    let cause = VerificationCause::Notification {
        id: "vzn-1".to_owned(),
        kind: "SUBSCRIPTION.UPDATED".to_owned(),
        sent_at: None,
        notice: None,
        voided: None,
    };
    verification(key, cause, cloud::clock::now())
}

/// A batch; the ids of the messages are `m0`, `m1`, … and their receipts `r0`, `r1`, …
fn batch(messages: &[Delivered]) -> SqsEvent {
    let record = |(position, (verification, deliveries)): (usize, &Delivered)| {
        json!({
            "messageId": format!("m{position}"),
            "receiptHandle": format!("r{position}"),
            "body": serde_json::to_string(verification).unwrap(),
            "attributes": {"ApproximateReceiveCount": deliveries.to_string()},
            "eventSource": "aws:sqs",
        })
    };
    let records: Vec<Value> = messages.iter().enumerate().map(record).collect();
    serde_json::from_value(json!({"Records": records})).unwrap()
}

impl Scene {
    /// Hands a batch over with 30 s to go. Answers the messages that come again, sorted.
    async fn deliver(&self, batch: SqsEvent) -> Vec<String> {
        self.deliver_with(batch, Duration::from_secs(30)).await
    }

    async fn deliver_with(&self, batch: SqsEvent, left: Duration) -> Vec<String> {
        let deadline = SystemTime::now() + left;
        self.deliver_by(batch, deadline.try_into().unwrap()).await
    }

    /// Hands a batch over that is to be done at that time, by Lambda's clock.
    async fn deliver_by(&self, batch: SqsEvent, deadline: Timestamp) -> Vec<String> {
        let mut context = Context::default();
        context.deadline = u64::try_from(deadline.as_millisecond()).unwrap();
        let answer = self
            .verifier
            .handle(LambdaEvent::new(batch, context))
            .await
            .unwrap();
        let failures = answer.batch_item_failures.into_iter();
        let mut again: Vec<String> = failures.map(|failure| failure.item_identifier).collect();
        again.sort();
        again
    }

    /// Hands messages over for the first time.
    async fn verify(&self, verifications: &[Verification]) -> Vec<String> {
        let messages: Vec<Delivered> = verifications.iter().map(|one| (one.clone(), 1)).collect();
        self.deliver(batch(&messages)).await
    }

    /// A customer submits a purchase so long ago. Answers the message.
    async fn submit(&self, number: u128, key: &str, who: &str, seconds: i64) -> Verification {
        let submission = Submission {
            broadcaster_id: broadcaster(),
            store: domain::Store::Vizio,
            locator: Purchase::new(key).locator(),
            customer_id: CustomerId::new(who).unwrap(),
            correlation_id: CorrelationId(uuid::Uuid::from_u128(number)),
            submitted_at: seconds_ago(seconds),
            deferrals: 0,
            offer_id: None,
            coupon_code: None,
            proof: None,
            outcome: None,
        };
        self.purchases().submit(&submission).await.unwrap();
        let cause = VerificationCause::Claim {
            correlation_id: submission.correlation_id,
            customer_id: submission.customer_id,
        };
        verification(key, cause, submission.submitted_at)
    }

    fn purchases(&self) -> Purchases {
        Purchases::from_environment(&self.aws.aws()).unwrap()
    }

    fn subscriptions(&self) -> Subscriptions {
        Subscriptions::from_environment(&self.aws.aws()).unwrap()
    }

    async fn submission(&self, number: u128) -> Submission {
        let id = CorrelationId(uuid::Uuid::from_u128(number));
        let found = self
            .purchases()
            .submission(&broadcaster(), id)
            .await
            .unwrap();
        found.unwrap()
    }

    /// How a submission ended, if it did.
    async fn ended(&self, number: u128) -> Option<Result<ClaimEffect, ValidationFailure>> {
        let ended = self.submission(number).await.outcome?;
        Some(match ended.outcome {
            ValidationOutcome::Success { result, .. } => Ok(result),
            ValidationOutcome::Failure { error, .. } => Err(error),
        })
    }

    async fn stored(&self, key: &str) -> Option<PurchaseRecord> {
        let purchase = PurchaseRef {
            broadcaster: broadcaster(),
            store: domain::Store::Vizio,
            key: PurchaseKey::new(key).unwrap(),
        };
        self.subscriptions().current(&purchase).await.unwrap()
    }

    async fn holder(&self, key: &str) -> Option<String> {
        let holder = self.stored(key).await?.subscription.ownership.customer_id?;
        Some(holder.as_str().to_owned())
    }

    /// How often the store's credentials were read.
    fn readings_of_credentials(&self) -> usize {
        let inputs = self.aws.inputs("GetSecretValue");
        let of_store = |input: &&Value| !input["SecretId"].to_string().contains("fingerprint");
        inputs.iter().filter(of_store).count()
    }

    /// The seconds for which messages were hidden, by their receipts.
    fn hidden(&self) -> Vec<(String, i64)> {
        let mut hidden: Vec<_> = self
            .aws
            .inputs("ChangeMessageVisibility")
            .iter()
            .map(|input| {
                let receipt = input["ReceiptHandle"].as_str().unwrap().to_owned();
                (receipt, input["VisibilityTimeout"].as_i64().unwrap())
            })
            .collect();
        hidden.sort();
        hidden
    }

    /// The deferred notifications, as the schedule will queue them.
    async fn deferred(&self) -> Vec<Verification> {
        let later = cloud::clock::now() + jiff::SignedDuration::from_hours(24 * 40);
        in_process_aws::take_deferred(&self.purchases(), later, later).await
    }

    /// In how many seconds the only item of a table is due.
    fn due_in(&self, table: &str) -> i64 {
        let items = self.aws.items(table);
        let mut due = items.iter().filter_map(|item| item["due_at"]["S"].as_str());
        let at: Timestamp = due.next().unwrap().parse().unwrap();
        assert_eq!(due.next(), None, "one item is due");
        at.duration_since(cloud::clock::now()).as_secs()
    }
}
