//! What apps poll, from the invocation event to the answer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod credentials;
mod entitlements;
mod status;

use cloud::subscriptions::Subscriptions;
use customer_api::CustomerApi;
use domain::{StoreState, Subscription, Timestamp};
use in_process_aws::{CUSTOMER, InProcessAws, Purchase, Refusal, event, event_names, request};
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
