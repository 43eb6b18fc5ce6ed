//! What broadcasters configure and ask, from the invocation event to the answer and its effect.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod claim_rules;
mod configuration;
mod coupons;
mod endpoint_health;
mod endpoints;
mod keys;
mod play;
mod receipts;
mod stores;
mod subscriptions;

use broadcaster_api::BroadcasterApi;
use cloud::broadcasters::{Broadcasters, TokenRecord};
use cloud::token::PublisherToken;
use domain::BroadcasterId;
use in_process_aws::{InProcessAws, TOKEN, event, event_names, request};
use serde_json::{Value, json};

async fn started() -> (InProcessAws, BroadcasterApi) {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let api = BroadcasterApi::from_environment(&aws.aws()).unwrap();
    (aws, api)
}

/// The event of that name, changed, and the answer to it.
async fn changed(
    api: &BroadcasterApi,
    name: &str,
    change: impl FnOnce(&mut Value),
) -> (u16, Value) {
    let mut event = event(&format!("broadcaster-api/{name}"));
    change(&mut event);
    let answer = api.handle(&request(&event)).await;
    let body = match answer.body().as_ref() {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    };
    (answer.status().as_u16(), body)
}

async fn call(api: &BroadcasterApi, name: &str) -> (u16, Value) {
    changed(api, name, |_| {}).await
}

/// The event with another body.
async fn with_body(api: &BroadcasterApi, name: &str, body: &Value) -> (u16, Value) {
    changed(api, name, |event| event["body"] = json!(body.to_string())).await
}

/// The event as another broadcaster sends it.
async fn as_neighbour(aws: &InProcessAws, api: &BroadcasterApi, name: &str) -> (u16, Value) {
    let token = "synthetic-publisher-token-for-tests-000000000002";
    let record = TokenRecord {
        name: "tests".to_owned(),
        hash: PublisherToken::received(token).unwrap().hash(),
        issued_at: Default::default(),
        expires_at: None,
    };
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let neighbour = BroadcasterId::new("700100201").unwrap();
    // Issued once; asking again changes nothing.
    table.put_token(&neighbour, &record).await.unwrap();
    changed(api, name, |event| {
        event["headers"]["x-publisher-token"] = json!(token);
    })
    .await
}

#[tokio::test]
async fn every_event_is_answered_as_a_broadcaster_who_has_all_of_it_expects() {
    let (aws, api) = started().await;
    subscriptions::bought(&aws).await;
    play::bought(&aws).await;
    // Configured before it is asked for, and deleted in the end.
    let order = [
        ("put-store", 200),
        ("get-store", 200),
        ("post-store-check", 200),
        ("put-claim-rule", 200),
        ("get-claim-rule", 200),
        ("put-offer", 200),
        ("get-offer", 200),
        ("get-offers", 200),
        ("put-coupon", 200),
        ("get-coupon", 200),
        ("get-coupons", 200),
        ("put-jwks", 200),
        ("post-endpoint", 201),
        ("get-endpoints", 200),
        ("get-endpoint", 200),
        ("patch-endpoint", 200),
        ("post-endpoint-redeliver", 202),
        // Not confirmed yet.
        ("post-endpoint-test", 409),
        ("post-replay", 202),
        // Of another replay.
        ("get-replay", 404),
        ("delete-replay", 404),
        ("get-customer-subscriptions", 200),
        ("get-customer-subscriptions-by-query", 200),
        ("get-subscription", 200),
        ("get-receipt", 200),
        ("get-subscription-purchase", 200),
        ("post-resend", 202),
        ("post-resend-by-query", 202),
        ("delete-endpoint", 204),
        ("delete-coupon", 204),
        ("delete-offer", 204),
    ];
    for (name, status) in order {
        let answer = call(&api, name).await;
        assert_eq!(answer.0, status, "{name}: {}", answer.1);
    }
    let mut names: Vec<_> = order.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(event_names("broadcaster-api"), names);
}

#[tokio::test]
async fn every_event_wants_the_token() {
    let (_aws, api) = started().await;
    for name in event_names("broadcaster-api") {
        let (status, body) = changed(&api, &name, |event| {
            assert_eq!(event["headers"]["x-publisher-token"], TOKEN);
            event["headers"]["x-publisher-token"] = json!("x".repeat(48));
        })
        .await;
        assert_eq!((status, &body["code"]), (401, &json!("AUTH0002")), "{name}");
    }
}
