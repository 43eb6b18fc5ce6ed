//! An AWS with a broadcaster in it, the simulated stores, and the function.

use std::time::{Duration, SystemTime};

use aws_lambda_events::event::sqs::SqsEvent;
use cloud::broadcasters::Broadcasters;
use cloud::purchases::{Purchases, Submission};
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{Entry, PurchaseRecord, Subscriptions};
use domain::validation::{ClaimEffect, ValidationFailure, ValidationOutcome};
use domain::{
    BroadcasterId, BroadcasterSettings, CorrelationId, CouponResult, CustomerId, Locator, Offer,
    OfferId, Price, PurchaseKey, PurchaseRef, Store, Subscription, Timestamp, VoidedPayment,
};
use in_process_aws::{BROADCASTER, InProcessAws};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use store_simulator::{Control, RunningSimulator, Simulator};
use store_verification::Verifier;
use stores::parse_submission;

pub struct Scene {
    pub aws: InProcessAws,
    pub simulator: RunningSimulator,
    pub control: Control,
    pub store: Store,
    verifier: Verifier,
}

const MINUTE: Duration = Duration::from_secs(60);

/// The offers, and the product of each in every store.
pub const OFFERS: [(&str, &str); 2] = [("S1_US", "basic"), ("S2_US", "premium")];

impl Scene {
    /// One of a store that isn't configured yet.
    pub async fn of(store: Store) -> Self {
        let aws = InProcessAws::start().await;
        aws.seed_with(BroadcasterSettings::default()).await;
        let broadcasters = Broadcasters::from_environment(&aws.aws()).unwrap();
        for (offer_id, product) in OFFERS {
            let offer = Offer {
                offer_id: OfferId::new(offer_id).unwrap(),
                title: product.to_owned(),
                package_name: product.to_owned(),
                tags: [].into(),
                trial: None,
                rental: None,
                price: Some(Price {
                    currency: "EUR".to_owned(),
                    amount_micros: 10_000_000,
                }),
                product_ids: [(store, product.to_owned())].into(),
            };
            let put = broadcasters.put_offer(&broadcaster(), &offer).await;
            assert_eq!(put.unwrap(), Ok(()));
        }
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        Self {
            verifier: Verifier::from_environment(&aws.aws()).unwrap(),
            control: Control::new(simulator.base_url()),
            aws,
            simulator,
            store,
        }
    }

    pub fn configure(&self, config: &Value) {
        let name = format!("in-process/{BROADCASTER}/{}", self.store);
        self.aws.put_secret(&name, config);
    }

    pub fn broadcasters(&self) -> Broadcasters {
        Broadcasters::from_environment(&self.aws.aws()).unwrap()
    }

    pub fn subscriptions(&self) -> Subscriptions {
        Subscriptions::from_environment(&self.aws.aws()).unwrap()
    }

    pub fn purchases(&self) -> Purchases {
        Purchases::from_environment(&self.aws.aws()).unwrap()
    }

    /// A customer's app submits a purchase so many seconds ago. Answers the message.
    pub async fn submits(
        &self,
        number: u128,
        customer: &str,
        body: &Value,
        ago: i64,
    ) -> Verification {
        let submitted = parse_submission(self.store, body).unwrap();
        let offer_id = body.get("offerId").and_then(Value::as_str);
        let submission = Submission {
            broadcaster_id: broadcaster(),
            store: self.store,
            locator: submitted.locator,
            customer_id: CustomerId::new(customer).unwrap(),
            correlation_id: CorrelationId(uuid::Uuid::from_u128(number)),
            submitted_at: seconds_ago(ago),
            deferrals: 0,
            offer_id: offer_id.map(|id| OfferId::new(id).unwrap()),
            coupon_code: submitted.coupon_code,
            proof: submitted.proof,
            outcome: None,
        };
        self.purchases().submit(&submission).await.unwrap();
        let cause = VerificationCause::Claim {
            correlation_id: submission.correlation_id,
            customer_id: submission.customer_id,
        };
        self.message(submission.locator, cause, submission.submitted_at)
    }

    /// A customer's app submits a purchase, which is verified. Answers how it ended.
    pub async fn claims(&self, number: u128, customer: &str, body: &Value) -> Ended {
        let message = self.submits(number, customer, body, 0).await;
        self.verify(&[message]).await;
        self.ended(number).await
    }

    /// A notification of the store.
    pub fn notification(&self, body: &Value, voided: Option<VoidedPayment>) -> Verification {
        let locator = parse_submission(self.store, body).unwrap().locator;
        let cause = VerificationCause::Notification {
            id: "1".to_owned(),
            kind: "SOMETHING".to_owned(),
            sent_at: None,
            notice: None,
            voided,
        };
        self.message(locator, cause, cloud::clock::now())
    }

    /// A check that was due.
    pub async fn check(&self, key: &str) -> Verification {
        let locator = self.stored(key).await.unwrap().locator;
        self.message(
            locator,
            VerificationCause::Reconciliation,
            cloud::clock::now(),
        )
    }

    fn message(
        &self,
        locator: Locator,
        cause: VerificationCause,
        received_at: Timestamp,
    ) -> Verification {
        Verification::new(broadcaster(), self.store, locator, cause, received_at)
    }

    /// Hands a batch over; answers how many messages are to come again.
    pub async fn verify(&self, verifications: &[Verification]) -> usize {
        self.deliver(verifications, 1, MINUTE).await
    }

    /// Hands a batch over for the last time before the schedule takes over.
    pub async fn verify_last(&self, verifications: &[Verification]) -> usize {
        self.deliver(verifications, 8, MINUTE).await
    }

    /// Hands a batch over that was delivered so often, with so much time to go; then what it has
    /// queued again for a later turn, when that has come. Answers how many are delivered again.
    pub async fn deliver(
        &self,
        verifications: &[Verification],
        deliveries: u32,
        left: Duration,
    ) -> usize {
        let before = self.aws.sent("verification").len();
        let mut again = self.deliver_once(verifications, deliveries, left).await;
        for message in self.aws.sent("verification").split_off(before) {
            let waiting: Verification = serde_json::from_value(message).unwrap();
            let wait = waiting.turn.unwrap().duration_since(cloud::clock::now());
            tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
            again += self.deliver_once(&[waiting], deliveries, left).await;
        }
        again
    }

    /// Hands a batch over that was delivered so often, with so much time to go.
    pub async fn deliver_once(
        &self,
        verifications: &[Verification],
        deliveries: u32,
        left: Duration,
    ) -> usize {
        let records: Vec<Value> = verifications
            .iter()
            .enumerate()
            .map(|(position, verification)| {
                json!({
                    "messageId": position.to_string(),
                    "receiptHandle": position.to_string(),
                    "body": serde_json::to_string(verification).unwrap(),
                    "attributes": {"ApproximateReceiveCount": deliveries.to_string()},
                    "eventSource": "aws:sqs",
                })
            })
            .collect();
        let batch: SqsEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        let deadline = (SystemTime::now() + left)
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap();
        let mut context = Context::default();
        context.deadline = u64::try_from(deadline.as_millis()).unwrap();
        let event = LambdaEvent::new(batch, context);
        let answer = self.verifier.handle(event).await.unwrap();
        answer.batch_item_failures.len()
    }

    /// The deferred notifications, as the schedule will queue them.
    pub async fn deferred(&self) -> Vec<Verification> {
        let later = cloud::clock::now() + jiff::SignedDuration::from_hours(24 * 40);
        in_process_aws::take_deferred(&self.purchases(), later, later).await
    }

    /// How often anything is due in a table.
    pub fn due_in(&self, table: &str) -> usize {
        let items = self.aws.items(table);
        items
            .iter()
            .filter(|item| item.get("due_at").is_some())
            .count()
    }

    pub async fn submission(&self, number: u128) -> Submission {
        let id = CorrelationId(uuid::Uuid::from_u128(number));
        let found = self
            .purchases()
            .submission(&broadcaster(), id)
            .await
            .unwrap();
        found.unwrap()
    }

    /// How a submission ended.
    pub async fn ended(&self, number: u128) -> Ended {
        match self.submission(number).await.outcome?.outcome {
            ValidationOutcome::Success { result, coupon, .. } => Some(Ok((result, coupon))),
            ValidationOutcome::Failure { error, .. } => Some(Err(error)),
        }
    }

    pub async fn place(&self, key: &str) -> Option<Entry> {
        let purchase = PurchaseRef {
            broadcaster: broadcaster(),
            store: self.store,
            key: PurchaseKey::new(key).unwrap(),
        };
        self.subscriptions().place(&purchase).await.unwrap()
    }

    pub async fn stored(&self, key: &str) -> Option<PurchaseRecord> {
        match self.place(key).await? {
            Entry::Purchase(stored) => Some(stored),
            Entry::Alias(_) => None,
        }
    }

    pub async fn subscription(&self, key: &str) -> Subscription {
        self.stored(key).await.unwrap().subscription
    }

    /// Whether a name only leads to another purchase.
    pub async fn leads(&self, key: &str, to: &str) -> bool {
        matches!(self.place(key).await, Some(Entry::Alias(lead)) if lead.to.as_str() == to)
    }

    /// All that a customer has.
    pub async fn of_customer(&self, customer: &str) -> Vec<Subscription> {
        let customer = CustomerId::new(customer).unwrap();
        let table = self.subscriptions();
        table
            .all_of_customer(&broadcaster(), &customer)
            .await
            .unwrap()
    }
}

/// How a validation ended, if it did.
pub type Ended = Option<Result<(ClaimEffect, Option<CouponResult>), ValidationFailure>>;

pub fn created() -> Ended {
    Some(Ok((ClaimEffect::SubscriptionCreated, None)))
}

pub fn broadcaster() -> BroadcasterId {
    BroadcasterId::new(BROADCASTER).unwrap()
}

pub fn seconds_ago(seconds: i64) -> Timestamp {
    let ago = jiff::SignedDuration::from_secs(seconds);
    cloud::clock::now().checked_sub(ago).unwrap()
}
