//! What apps poll, from the invocation event to the answer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use cloud::broadcasters::Broadcasters;
use cloud::purchases::{Purchases, Request as Submission};
use cloud::subscriptions::Subscriptions;
use customer_api::CustomerApi;
use domain::validation::{ValidationFailure, ValidationOutcome, ValidationResult, Verdict};
use domain::{
    BroadcasterId, CustomerId, EventId, Offer, OfferId, Status, Store, StoreState, Subscription,
    Timestamp,
};
use in_process_aws::{
    BROADCASTER, CUSTOMER, InProcessAws, OFFER, Purchase, Refusal, event, event_names, request,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn started() -> (InProcessAws, CustomerApi) {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let api = CustomerApi::from_environment(&aws.aws()).unwrap();
    (aws, api)
}

async fn get(api: &CustomerApi, event: &Value) -> (u16, Value) {
    let answer = api.handle(&request(event)).await;
    let body = serde_json::from_slice(answer.body()).unwrap();
    (answer.status().as_u16(), body)
}

/// Whether access is granted, and until when.
async fn entitlement(api: &CustomerApi, offer: &str) -> (bool, Option<i64>) {
    let mut event = event("customer-api/get-entitlement");
    event["pathParameters"]["offerId"] = json!(offer);
    let (status, body) = get(api, &event).await;
    assert_eq!(status, 200, "{body}");
    let data = &body["responseData"];
    assert_eq!(data["environment"], "sandbox");
    (
        data["accessGranted"].as_bool().unwrap(),
        data["expiresAt"].as_i64(),
    )
}

fn in_days(days: i64) -> Timestamp {
    let hours = SignedDuration::from_hours(24 * days);
    let at = Timestamp::now().checked_add(hours).unwrap();
    Timestamp::from_second(at.as_second()).unwrap()
}

/// Stores a purchase of the events' customer, with the store's word.
async fn held(aws: &InProcessAws, key: &str, change: impl FnOnce(&mut StoreState)) -> Subscription {
    let mut purchase = Purchase::claimed(key, CUSTOMER);
    let mut state = purchase.active();
    state.period_end = in_days(20);
    change(&mut state);
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let locator = purchase.locator();
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
    purchase.notify(state);
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
    purchase.current.unwrap()
}

#[tokio::test]
async fn nobody_who_bought_nothing_may_watch() {
    let (_aws, api) = started().await;
    assert_eq!(entitlement(&api, OFFER).await, (false, None));
    let (status, body) = get(&api, &event("customer-api/get-entitlements")).await;
    assert_eq!((status, &body["errors"]), (200, &json!([])));
    assert_eq!(body["responseData"]["entitlements"], json!([]));
}

#[tokio::test]
async fn who_holds_an_offer_may_watch_it_until_its_end() {
    let (aws, api) = started().await;
    let held = held(&aws, "vzs-1", |_| {}).await;
    let expected = (true, Some(held.state.period_end.as_second()));
    assert_eq!(entitlement(&api, OFFER).await, expected);
    assert!(!entitlement(&api, "S999_US").await.0);

    let entitlements = json!([{"offerId": OFFER, "accessGranted": true, "expiresAt": expected.1}]);
    for name in ["get-entitlements", "get-entitlements-as-publisher"] {
        let (status, body) = get(&api, &event(&format!("customer-api/{name}"))).await;
        assert_eq!(status, 200);
        assert_eq!(body["responseData"]["entitlements"], entitlements, "{name}");
    }
}

#[tokio::test]
async fn status_decides_and_not_the_date_alone() {
    for (status, auto_renew, days, granted) in [
        (Status::Active, true, 20, true),
        (Status::Active, true, -1, true),
        (Status::Active, false, -1, false),
        (Status::Cancelled, false, 20, true),
        (Status::Cancelled, false, -1, false),
        (Status::OnHold, true, 20, false),
        (Status::Paused, true, 20, false),
        (Status::Revoked, false, 20, false),
    ] {
        let (aws, api) = started().await;
        held(&aws, "vzs-1", |state| {
            state.status = status;
            state.auto_renew = auto_renew;
            state.period_end = in_days(days);
        })
        .await;
        let answer = entitlement(&api, OFFER).await;
        assert_eq!(answer.0, granted, "{status:?} for {days} days");
    }
}

#[tokio::test]
async fn of_two_purchases_the_one_that_grants_counts() {
    let (aws, api) = started().await;
    let granting = held(&aws, "vzs-1", |_| {}).await;
    held(&aws, "vzs-2", |state| {
        state.status = Status::Revoked;
        state.period_end = in_days(300);
    })
    .await;
    let expected = (true, Some(granting.state.period_end.as_second()));
    assert_eq!(entitlement(&api, OFFER).await, expected);
}

#[tokio::test]
async fn an_offer_opens_what_it_shares_a_tag_with() {
    let (aws, api) = started().await;
    held(&aws, "vzs-1", |_| {}).await;
    let broadcasters = Broadcasters::from_environment(&aws.aws()).unwrap();
    let broadcaster = BroadcasterId::new(BROADCASTER).unwrap();
    for (id, tag) in [("S1_US", "symphony"), ("S2_US", "opera")] {
        let offer = Offer {
            offer_id: OfferId::new(id).unwrap(),
            title: id.to_owned(),
            package_name: id.to_owned(),
            tags: [tag.to_owned()].into(),
            trial: None,
            product_ids: Default::default(),
        };
        broadcasters
            .put_offer(&broadcaster, &offer)
            .await
            .unwrap()
            .unwrap();
    }
    assert!(entitlement(&api, "S1_US").await.0);
    assert!(!entitlement(&api, "S2_US").await.0);
}

fn submission() -> Submission {
    Submission {
        broadcaster_id: BroadcasterId::new(BROADCASTER).unwrap(),
        store: Store::Vizio,
        locator: Purchase::new("vzs-1").locator(),
        customer_id: CustomerId::new(CUSTOMER).unwrap(),
        correlation_id: "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1".parse().unwrap(),
        submitted_at: "2026-12-05T09:30:00Z".parse().unwrap(),
        put_off: 0,
        outcome: None,
    }
}

/// Submits, and ends the submission if there is a verdict.
async fn submitted(aws: &InProcessAws, verdict: Option<Verdict>) {
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    let mut submission = submission();
    purchases.submit(&submission).await.unwrap();
    let Some(verdict) = verdict else { return };
    submission.outcome = Some(ValidationOutcome {
        event_id: EventId::of_validation(submission.correlation_id),
        correlation_id: submission.correlation_id,
        store: Store::Vizio,
        customer_id: submission.customer_id.clone(),
        decided_at: submission.submitted_at,
        received_at: submission.submitted_at,
        verdict,
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
    assert!(status["result"].is_null() && status["error"].is_null());
}

#[tokio::test]
async fn a_failure_says_why() {
    let (aws, api) = started().await;
    let verdict = Verdict::Failure {
        error: ValidationFailure::PurchaseExpired,
        details: Default::default(),
    };
    submitted(&aws, Some(verdict)).await;
    let status = status(&api).await;
    assert_eq!(status["status"], "failure");
    assert_eq!(
        status["error"],
        json!({"code": "PURCHASE_EXPIRED", "message": "the purchase has ended"})
    );
}

#[tokio::test]
async fn a_success_shows_the_access_of_now_and_not_of_then() {
    let (aws, api) = started().await;
    let subscription = held(&aws, "vzs-1", |_| {}).await;
    let verdict = Verdict::Success {
        result: ValidationResult::SubscriptionCreated,
        subscription: Box::new(subscription.clone()),
        previous_customer_id: None,
        previous_subscription_id: None,
    };
    submitted(&aws, Some(verdict)).await;
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
async fn without_the_table_it_is_500_and_says_nothing_of_the_inside() {
    let (aws, api) = started().await;
    aws.refuse(Refusal::Operation("Query"));
    let (status, body) = get(&api, &event("customer-api/get-entitlements")).await;
    assert_eq!((status, &body["code"]), (500, &json!("S0500")));
    assert!(!body.to_string().contains("subscriptions"), "{body}");
}

#[test]
fn every_event_is_used() {
    assert_eq!(
        event_names("customer-api"),
        [
            "get-entitlement",
            "get-entitlements",
            "get-entitlements-as-publisher",
            "get-purchase-status"
        ]
    );
}
