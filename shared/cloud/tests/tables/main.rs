//! The tables, queues and secrets, against an AWS in the test's own process.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod configuration_cache;
mod confirmations;
mod coupons;
mod deferred;
mod due;
mod earlier_items;
mod journal;
mod limits;
mod offers;
mod queue;
mod secrets;
mod stored_before;
mod submissions;
mod subscriptions;
mod tokens;
mod transfers;

use cloud::purchases::{Purchases, Submission};
use cloud::subscriptions::Subscriptions;
use domain::validation::{EndedValidation, ValidationFailure, ValidationOutcome};
use domain::{
    BroadcasterId, CorrelationId, CustomerId, EventId, Locator, PurchaseKey, PurchaseRef, Store,
    Timestamp,
};
use in_process_aws::{BROADCASTER, InProcessAws, Purchase};

fn broadcaster() -> BroadcasterId {
    BroadcasterId::new(BROADCASTER).unwrap()
}

fn customer(name: &str) -> CustomerId {
    CustomerId::new(name).unwrap()
}

fn key(text: &str) -> PurchaseKey {
    PurchaseKey::new(text).unwrap()
}

fn of_store(store: Store, key: &PurchaseKey) -> PurchaseRef {
    PurchaseRef {
        broadcaster: broadcaster(),
        store,
        key: key.clone(),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn subscriptions() -> (InProcessAws, Subscriptions) {
    let aws = InProcessAws::start().await;
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    (aws, table)
}

async fn purchases() -> (InProcessAws, Purchases) {
    let aws = InProcessAws::start().await;
    let table = Purchases::from_environment(&aws.aws()).unwrap();
    (aws, table)
}

/// Writes the last step of a purchase.
async fn write(table: &Subscriptions, purchase: &Purchase) {
    let locator = purchase.locator();
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
}

/// The n-th submission of a purchase.
fn submission(number: u128, purchase: &str, who: &str) -> Submission {
    Submission {
        broadcaster_id: broadcaster(),
        store: Store::Vizio,
        locator: Locator {
            key: key(purchase),
            details: Default::default(),
        },
        customer_id: customer(who),
        correlation_id: CorrelationId(uuid::Uuid::from_u128(number)),
        submitted_at: at("2026-11-05T09:30:00Z"),
        deferrals: 0,
        offer_id: None,
        coupon_code: None,
        proof: None,
        outcome: None,
    }
}

/// The same submission, ended with a failure.
fn failed(submission: &Submission, error: ValidationFailure, decided_at: Timestamp) -> Submission {
    let outcome = EndedValidation {
        event_id: EventId::of_validation(submission.correlation_id),
        correlation_id: submission.correlation_id,
        store: submission.store,
        customer_id: submission.customer_id.clone(),
        decided_at,
        received_at: submission.submitted_at,
        outcome: ValidationOutcome::Failure {
            error,
            details: Default::default(),
        },
    };
    Submission {
        outcome: Some(outcome),
        ..submission.clone()
    }
}
