//! Bad, repeated and other tenants' requests to the routes of this store.

use local_stack::broadcaster::MONTHLY_OFFER;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::{Faults, LookupFault};

use super::{bought, broadcaster, claim, claimed, outcome, submission};
use crate::configuration::refused;
use crate::story::{may_watch, subscriptions};

#[tokio::test]
async fn a_bad_submission_names_the_field_and_the_rule() {
    let broadcaster = broadcaster().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({
            "customerId": "ada", "invoiceId": "UP-1", "samsungCustomerId": "u-1", "countryCode": "US",
        });
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("invoiceId", Value::Null), "invoiceId"),
        (with("invoiceId", json!("")), "invoiceId"),
        (with("invoiceId", json!(7)), "invoiceId"),
        (with("invoiceId", json!("x".repeat(2049))), "invoiceId"),
        (with("invoiceId", json!("SubscriptionId=1")), "invoiceId"),
        (with("samsungCustomerId", Value::Null), "samsungCustomerId"),
        (
            with("samsungCustomerId", json!("x".repeat(256))),
            "samsungCustomerId",
        ),
        (with("countryCode", Value::Null), "countryCode"),
        (with("countryCode", json!("USA")), "countryCode"),
        (with("countryCode", json!("1A")), "countryCode"),
        (with("customerId", Value::Null), "customerId"),
        (with("customerId", json!("x".repeat(256))), "customerId"),
        (json!("UP-1"), "object"),
    ] {
        let path = "/samsung-tv/purchase-validation";
        let (status, code, message) = refused(&broadcaster, Method::POST, path, Some(&body)).await;
        assert_eq!((status, code.as_str()), (400, "REQ0001"), "{body}");
        assert!(message.contains(field), "{body}: {message}");
    }
}

#[tokio::test]
async fn a_bad_setting_of_the_store_is_named() {
    let broadcaster = broadcaster().await;
    for (setting, value) in [
        ("appId", json!("ab")),
        ("apiBaseUrl", json!("http://store.example")),
        ("responseCheckValue", json!("often")),
        ("statusCodes", json!({"100000": "retry"})),
        ("requestsPerSecond", json!(0)),
        ("colour", json!("red")),
    ] {
        let mut store = json!({"appId": "3201911000042", "securityKey": "k"});
        store[setting] = value;
        let path = "/v1/stores/samsung-tv";
        let (status, _, message) = refused(&broadcaster, Method::PUT, path, Some(&store)).await;
        assert_eq!(status, 400, "{store}");
        assert!(message.contains(setting), "{store}: {message}");
    }
}

#[tokio::test]
async fn the_same_submission_while_one_is_pending_has_the_same_correlation_id() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let outage = Faults {
        lookup: vec![LookupFault::status(503)],
        ..Faults::default()
    };
    broadcaster.samsung_tv().set_faults(&outage).await.unwrap();

    let first = broadcaster.submit_samsung_tv("ada", &purchase).await;
    let again = broadcaster.submit_samsung_tv("ada", &purchase).await;
    let other = broadcaster.submit_samsung_tv("bob", &purchase).await;

    let first = first.unwrap();
    assert_eq!(again.unwrap(), first);
    assert_ne!(other.unwrap(), first);
}

#[tokio::test]
async fn another_tenant_s_purchase_and_submission_read_as_unknown() {
    let ours = broadcaster().await;
    let theirs = broadcaster().await;
    let purchase = claimed(&ours, "ada").await;
    let correlation = ours.submit_samsung_tv("ada", &purchase).await.unwrap();

    let path = format!("/samsung-tv/purchase-status?correlationId={correlation}");
    let asked = theirs.call(Method::GET, &path, None).await.unwrap();
    let claimed = claim(&theirs, "eve", &purchase).await;

    assert_eq!(
        (asked.status.as_u16(), &asked.body["code"]),
        (404, &json!("REQ0100"))
    );
    assert_eq!(claimed["error"]["code"], "PURCHASE_NOT_FOUND");
    assert!(subscriptions(&theirs, "eve").await.is_empty());
    assert!(may_watch(&ours, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_purchase_is_submitted_to_the_store_that_sold_it() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let mut body = submission(&purchase);
    body["subscriptionId"] = body["invoiceId"].clone();

    let correlation = broadcaster.submit_to("vizio", "ada", &body).await.unwrap();

    let elsewhere = broadcaster.outcome("ada", &correlation, crate::story::SOON);
    let elsewhere = elsewhere.await.unwrap();
    assert_eq!(elsewhere["error"]["code"], "PURCHASE_NOT_FOUND");
    let correlation = broadcaster.submit_samsung_tv("ada", &purchase).await;
    let here = outcome(&broadcaster, "ada", &correlation.unwrap()).await;
    assert_eq!(here["status"], "success");
}

#[tokio::test]
async fn no_notification_is_taken() {
    let broadcaster = broadcaster().await;
    let path = format!("/samsung-tv/notifications/broadcasters/{}", broadcaster.id);

    let request = broadcaster
        .api
        .request(Method::POST, &path)
        .json(&json!({}));

    assert_eq!(request.send().await.unwrap().status(), 404);
}
