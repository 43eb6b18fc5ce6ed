//! Submissions, from the invocation event to the queue.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod limits;
mod optional_fields;
mod payments;
mod refused_payments;
mod repetitions;
mod shortages;
mod validations;

use cloud::purchases::{Purchases, Submission};
use domain::BroadcasterId;
use in_process_aws::{BROADCASTER, InProcessAws, event_names, request};
use purchase_intake::Intake;
use serde_json::Value;

const CORRELATION: &str = "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1";

async fn started() -> (InProcessAws, Intake) {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let intake = Intake::from_environment(&aws.aws()).unwrap();
    (aws, intake)
}

async fn post(intake: &Intake, event: &Value) -> (u16, Value) {
    let answer = intake.handle(&request(event)).await;
    let body = serde_json::from_slice(answer.body()).unwrap();
    (answer.status().as_u16(), body)
}

/// The submission of the events' correlation id.
async fn recorded(aws: &InProcessAws) -> Option<Submission> {
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    let broadcaster = BroadcasterId::new(BROADCASTER).unwrap();
    let stored = purchases.submission(&broadcaster, CORRELATION.parse().unwrap());
    stored.await.unwrap()
}

#[test]
fn every_event_is_used() {
    assert_eq!(
        event_names("purchase-intake"),
        [
            "post-payment",
            "post-purchase-validation",
            "post-purchase-validation-as-customer"
        ]
    );
}
