//! How an app submits, and what has to be configured before.

use local_stack::broadcaster::{Answered, Broadcaster, MONTHLY_OFFER};
use local_stack::customer_key::CustomerKey;
use reqwest::Method;
use serde_json::json;
use store_simulator::{Faults, LookupFault};

use super::{bought, broadcaster, outcome, status, submission};
use crate::configuration::refused;
use crate::story::{may_watch, stack, unique};

const PATH: &str = "/samsung-tv/purchase-validation";

/// The id of what was queued.
fn queued(answer: &Answered) -> String {
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.body["correlationId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn takes_a_publisher_token_or_a_customer_s_token() {
    let broadcaster = broadcaster().await;
    let body = submission(&bought(&broadcaster).await);
    let mut named = body.clone();
    named["customerId"] = json!("ada");

    let by_server = broadcaster.call(Method::POST, PATH, Some(&named)).await;
    let by_app = broadcaster
        .call_as("bob", Method::POST, PATH, Some(&body))
        .await;
    let nobody = broadcaster.api.request(Method::POST, PATH).json(&named);

    let by_server = queued(&by_server.unwrap());
    let by_app = queued(&by_app.unwrap());
    assert_eq!(nobody.send().await.unwrap().status(), 401);
    for (customer, correlation) in [("ada", by_server), ("bob", by_app)] {
        let outcome = outcome(&broadcaster, customer, &correlation).await;
        assert_eq!(outcome["status"], "success", "{customer}");
    }
}

#[tokio::test]
async fn the_first_answer_only_says_that_it_is_queued() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let outage = Faults {
        lookup: vec![LookupFault::status(503)],
        ..Faults::default()
    };
    broadcaster.samsung_tv().set_faults(&outage).await.unwrap();

    let body = submission(&purchase);
    let answer = broadcaster
        .call_as("ada", Method::POST, PATH, Some(&body))
        .await;

    let answer = answer.unwrap();
    let correlation = queued(&answer);
    let said = json!({"status": "queued", "correlationId": correlation});
    assert_eq!(answer.body, said);
    assert_eq!(status(&broadcaster, "ada", &correlation).await, "pending");
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn nothing_works_without_credentials() {
    let key = CustomerKey::generate().unwrap();
    let id = unique().to_string();
    let bare = Broadcaster::create_bare(&stack(), &id, &key, &json!({}))
        .await
        .unwrap();
    let body = json!({"invoiceId": "UP-1", "samsungCustomerId": "u-1", "countryCode": "US"});

    let correlation = bare.submit_to("samsung-tv", "ada", &body).await.unwrap();

    let outcome = outcome(&bare, "ada", &correlation).await;
    assert_eq!(outcome["error"]["code"], "NOT_CONFIGURED");
    for (store, missing) in [
        (json!({"securityKey": "k"}), "appId"),
        (json!({"appId": "3201911000042"}), "securityKey"),
    ] {
        let path = "/v1/stores/samsung-tv";
        let (status, _, message) = refused(&bare, Method::PUT, path, Some(&store)).await;
        assert_eq!(status, 400, "{store}");
        assert!(message.contains(missing), "{store}: {message}");
    }
}
