//! Payments that are refused, and how.

use in_process_aws::event;
use serde_json::json;

use crate::payments::{EVENT, PURCHASE, as_customer, payment, without};
use crate::{post, recorded, started};

#[tokio::test]
async fn a_bad_payment_names_the_field_and_is_not_queued() {
    let (aws, intake) = started().await;
    let receipt = json!({"purchaseToken": PURCHASE, "packageName": "test.example.tv"});
    for (changes, field) in [
        (json!({"offerId": null}), "offerId "),
        (json!({"offerId": 7}), "offerId "),
        (json!({"offerId": "a/b"}), "offerId "),
        (json!({"offerId": "x".repeat(256)}), "offerId "),
        (json!({"receipt": null}), "receipt "),
        (json!({"receipt": "not JSON"}), "receipt "),
        (
            json!({"receipt": {"packageName": "test.example.tv"}}),
            "receipt.purchaseToken ",
        ),
        (
            json!({"receipt": {"purchaseToken": PURCHASE}}),
            "receipt.packageName ",
        ),
        (
            json!({"receipt": {"purchaseToken": "x".repeat(2049), "packageName": "p"}}),
            "receipt.purchaseToken ",
        ),
        (json!({"customerEmail": "nobody"}), "customerEmail "),
        (
            json!({"customerId": true, "receipt": receipt}),
            "customerId ",
        ),
        (json!({"customerId": "undefined"}), "customerId "),
    ] {
        let (status, body) = post(&intake, &payment(&changes)).await;
        let message = body["message"].as_str().unwrap();
        assert_eq!(
            (status, &body["code"]),
            (400, &json!("REQ0001")),
            "{changes}: {message}"
        );
        assert!(message.starts_with(field), "{changes}: {message}");
    }
    assert!(aws.sent("verification").is_empty());
    assert_eq!(recorded(&aws).await, None);
}

#[tokio::test]
async fn a_store_that_never_took_payments_says_what_to_use() {
    let (aws, intake) = started().await;
    for (store, told) in [
        ("vizio", "use /vizio/purchase-validation"),
        ("samsung-tv", "use /samsung-tv/purchase-validation"),
        ("cornershop", "no such store"),
    ] {
        let mut other = event(EVENT);
        other["pathParameters"]["store"] = json!(store);
        let (status, body) = post(&intake, &other).await;
        assert_eq!((status, &body["code"]), (404, &json!("REQ0100")), "{store}");
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(told), "{store}: {message}");
    }
    assert!(aws.sent("verification").is_empty());
}

#[tokio::test]
async fn a_correlation_id_belongs_to_one_payment() {
    let (_aws, intake) = started().await;
    post(&intake, &event(EVENT)).await;
    let other = json!({"receipt": {"purchaseToken": "opq-2", "packageName": "test.example.tv"}});
    let (status, body) = post(&intake, &payment(&other)).await;
    assert_eq!((status, &body["code"]), (409, &json!("REQ0004")));
}

#[tokio::test]
async fn a_payment_wants_credentials() {
    let (aws, intake) = started().await;
    let bare = without(event(EVENT), "x-publisher-token");
    let mut wrong = event(EVENT);
    wrong["headers"]["x-publisher-token"] = json!("x".repeat(48));
    let mut forged = as_customer(&json!({"customerEmail": null}));
    let jwt = forged["headers"]["authorization"].as_str().unwrap();
    let unsigned = jwt.rsplit_once('.').unwrap().0.to_owned();
    forged["headers"]["authorization"] = json!(format!("{unsigned}.c2lnbmF0dXJl"));
    for (event, code) in [
        (bare, "AUTH0001"),
        (wrong, "AUTH0002"),
        (forged, "AUTH0002"),
    ] {
        let (status, body) = post(&intake, &event).await;
        assert_eq!((status, &body["code"]), (401, &json!(code)));
    }
    assert!(aws.sent("verification").is_empty());
}

#[tokio::test]
async fn only_a_json_object_of_64_kib_is_read() {
    let (_aws, intake) = started().await;
    let big = payment(&json!({"developerPayload": "x".repeat(70_000)}));
    assert_eq!(post(&intake, &big).await.0, 413);
    let mut text = event(EVENT);
    text["headers"]["content-type"] = json!("text/plain");
    assert_eq!(post(&intake, &text).await.0, 415);
    let mut list = event(EVENT);
    list["body"] = json!("[]");
    let (status, body) = post(&intake, &list).await;
    assert_eq!((status, &body["code"]), (400, &json!("REQ0001")));
}
