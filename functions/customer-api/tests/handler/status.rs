//! How the validation of a submission went.

use cloud::purchases::{Purchases, Submission};
use cloud::subscriptions::{Change, Retired, Subscriptions};
use customer_api::CustomerApi;
use domain::validation::{ClaimEffect, EndedValidation, ValidationFailure, ValidationOutcome};
use domain::{
    BroadcasterId, Coupon, CouponResult, CustomerId, Decision, EventId, Price, PurchaseKey, Status,
    Store, Timestamp,
};
use in_process_aws::{BROADCASTER, CUSTOMER, InProcessAws, OFFER, Purchase, event};
use serde_json::{Value, json};

use crate::{get, held, started};

fn submission() -> Submission {
    Submission {
        broadcaster_id: BroadcasterId::new(BROADCASTER).unwrap(),
        store: Store::Vizio,
        locator: Purchase::new("vzs-1").locator(),
        customer_id: CustomerId::new(CUSTOMER).unwrap(),
        correlation_id: "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1".parse().unwrap(),
        submitted_at: "2026-12-05T09:30:00Z".parse().unwrap(),
        deferrals: 0,
        offer_id: None,
        coupon_code: None,
        proof: None,
        outcome: None,
    }
}

/// Submits, and ends the submission if there is a outcome.
async fn submitted(aws: &InProcessAws, outcome: Option<ValidationOutcome>) {
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    let mut submission = submission();
    purchases.submit(&submission).await.unwrap();
    let Some(outcome) = outcome else { return };
    submission.outcome = Some(EndedValidation {
        event_id: EventId::of_validation(submission.correlation_id),
        correlation_id: submission.correlation_id,
        store: Store::Vizio,
        customer_id: submission.customer_id.clone(),
        decided_at: submission.submitted_at,
        received_at: submission.submitted_at,
        outcome,
    });
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let nothing = Purchase::new("vzs-1");
    let locator = nothing.locator();
    let ended = purchases.finish(&submission).unwrap();
    table
        .write(&nothing.change(&locator), vec![ended])
        .await
        .unwrap();
}

async fn status(api: &CustomerApi) -> Value {
    let (status, body) = get(api, &event("customer-api/get-purchase-status")).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn a_submission_is_pending_until_it_ends() {
    let (aws, api) = started().await;
    submitted(&aws, None).await;
    let status = status(&api).await;
    assert_eq!(status["status"], "pending");
    assert_eq!(status["accessGranted"], false);
    for name in ["result", "error", "coupon", "expectedPrice"] {
        assert_eq!(status.get(name), Some(&Value::Null), "{name}");
    }
}

#[tokio::test]
async fn a_failure_says_why() {
    let (aws, api) = started().await;
    let outcome = ValidationOutcome::Failure {
        error: ValidationFailure::PurchaseExpired,
        details: Default::default(),
    };
    submitted(&aws, Some(outcome)).await;
    let status = status(&api).await;
    assert_eq!(status["status"], "failure");
    assert_eq!(
        status["error"],
        json!({"code": "PURCHASE_EXPIRED", "message": "the purchase has ended"})
    );
    assert_eq!(status.get("coupon"), Some(&Value::Null));
    assert_eq!(status.get("expectedPrice"), Some(&Value::Null));
}

#[tokio::test]
async fn a_success_shows_the_access_of_now_and_not_of_then() {
    let (aws, api) = started().await;
    let subscription = held(&aws, "vzs-1", |_| {}).await;
    let outcome = ValidationOutcome::Success {
        result: ClaimEffect::SubscriptionCreated,
        subscription: Box::new(subscription.clone()),
        previous_customer_id: None,
        previous_subscription_id: None,
        coupon: None,
    };
    submitted(&aws, Some(outcome)).await;
    let before = status(&api).await;
    assert_eq!(before["status"], "success");
    assert_eq!(before["result"], "SubscriptionCreated");
    assert_eq!(before["offerId"], OFFER);
    assert_eq!(before["accessGranted"], true);

    // Refunded since then.
    let mut purchase = Purchase::new("vzs-1");
    purchase.now = subscription.watermark;
    let mut state = subscription.state.clone();
    state.status = Status::Revoked;
    purchase.current = Some(subscription);
    purchase.notify(state);
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let locator = purchase.locator();
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
    let after = status(&api).await;
    assert_eq!(
        (&after["status"], &after["accessGranted"]),
        (&json!("success"), &json!(false))
    );
}

#[tokio::test]
async fn a_success_says_what_became_of_the_coupon_and_what_should_have_been_paid() {
    let usd = |amount_micros| Price {
        currency: "USD".to_owned(),
        amount_micros,
    };
    let half = Coupon {
        code: "INTRO2M".to_owned(),
        percent: 50,
        cycles: 2,
    };
    for (result, shown, granted, priced, expected) in [
        (None, Value::Null, None, false, Value::Null),
        (None, Value::Null, None, true, json!(usd(8_990_000))),
        (
            Some(CouponResult::Applied),
            json!("applied"),
            Some(half),
            true,
            json!(usd(4_495_000)),
        ),
        (
            Some(CouponResult::Unknown),
            json!("unknown"),
            None,
            true,
            json!(usd(8_990_000)),
        ),
        (
            Some(CouponResult::TooLate),
            json!("too_late"),
            None,
            false,
            Value::Null,
        ),
    ] {
        let (aws, api) = started().await;
        let mut subscription = held(&aws, "vzs-1", |_| {}).await;
        subscription.ownership.billing_cycle = 1;
        subscription.ownership.coupon = granted;
        let offer = subscription.offer.as_mut().unwrap();
        offer.price = priced.then(|| usd(8_990_000));
        let outcome = ValidationOutcome::Success {
            result: ClaimEffect::SubscriptionCreated,
            subscription: Box::new(subscription),
            previous_customer_id: None,
            previous_subscription_id: None,
            coupon: result,
        };
        submitted(&aws, Some(outcome)).await;
        let status = status(&api).await;
        assert_eq!(status["coupon"], shown);
        assert_eq!(status["expectedPrice"], expected, "{shown}");
    }
}

#[tokio::test]
async fn a_success_shows_the_access_of_the_purchase_that_has_taken_over_since() {
    let (aws, api) = started().await;
    let old = held(&aws, "vzs-1", |_| {}).await;
    let outcome = ValidationOutcome::Success {
        result: ClaimEffect::SubscriptionCreated,
        subscription: Box::new(old.clone()),
        previous_customer_id: None,
        previous_subscription_id: None,
        coupon: None,
    };
    submitted(&aws, Some(outcome)).await;
    let mut next = old.clone();
    next.purchase_key = PurchaseKey::new("vzs-2").unwrap();
    let (decision, locator) = (Decision::keep(next), Purchase::new("vzs-2").locator());
    let retired = [Retired {
        key: old.purchase_key.clone(),
        before: Some(old.clone()),
    }];
    let change = Change {
        retired: &retired,
        ..Change::answered(None, &decision, &locator, Timestamp::now())
    };
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    table.write(&change, Vec::new()).await.unwrap();

    let status = status(&api).await;

    assert_eq!(status["status"], "success");
    assert_eq!(status["accessGranted"], true);
}
