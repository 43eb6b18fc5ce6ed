//! What an app may submit.

use domain::{CustomerId, FieldError, Store};
use serde_json::{Value, json};
use stores::{Submission, parse_submission};

use crate::json::changed;
use crate::scene::FIRST;

fn parse(changes: &Value) -> Result<Submission, FieldError> {
    let body = json!({"customerId": 300_200_100, "transactionId": FIRST});
    parse_submission(Store::Roku, &changed(body, changes))
}

#[test]
fn a_transaction_is_all_that_is_needed() {
    let submission = parse(&json!({"customerId": null})).unwrap();
    assert_eq!(submission.customer_id, None);
    assert_eq!(submission.locator.key.as_str(), FIRST);
    assert!(submission.locator.details.is_empty());
    assert_eq!((submission.offer_id, submission.coupon_code), (None, None));
}

#[test]
fn the_customer_and_a_coupon_may_be_named() {
    let submission =
        parse(&json!({"couponCode": "INTRO2M", "customerIP": "203.0.113.25"})).unwrap();
    assert_eq!(submission.customer_id, CustomerId::new("300200100").ok());
    assert_eq!(submission.coupon_code.as_deref(), Some("INTRO2M"));
}

#[test]
fn a_coupon_stops_nothing() {
    let submission = parse(&json!({"couponCode": "a\nb"})).unwrap();
    assert_eq!(submission.coupon_code.as_deref(), Some("a\u{FFFD}b"));
    assert_eq!(parse(&json!({"couponCode": ""})).unwrap().coupon_code, None);
    let long = parse(&json!({"couponCode": "x".repeat(300)})).unwrap();
    assert_eq!(long.coupon_code.unwrap().len(), 255);
}

#[test]
fn apps_know_the_transaction_by_other_names_too() {
    for name in ["purchaseId", "transactionID"] {
        let submission = parse(&json!({"transactionId": null, name: FIRST})).unwrap();
        assert_eq!(submission.locator.key.as_str(), FIRST);
    }
    let both = parse(&json!({"purchaseId": "another"})).unwrap();
    assert_eq!(both.locator.key.as_str(), FIRST);
    for unusable in [json!(""), json!(7), json!("a b")] {
        let changes = json!({"transactionId": unusable, "purchaseId": FIRST});
        assert_eq!(parse(&changes).unwrap().locator.key.as_str(), FIRST);
    }
}

#[test]
fn every_form_of_id_that_was_seen_is_taken() {
    let longest = "x".repeat(1024);
    for id in [
        "a41e7d2290c811f0b3a20a58a9feac01",
        "a41e7d22-90c8-11f0-b3a2-0a58a9feac01",
        "Zk3PqX81LmTtB7uVwY0cDe5fGh9jKn2r",
        "1204477",
        "a.b_c~d/e%f",
        &longest,
    ] {
        let submission = parse(&json!({ "transactionId": id })).unwrap();
        assert_eq!(submission.locator.key.as_str(), id);
    }
}

#[test]
fn an_error_names_the_field_and_the_rule() {
    let text = "must be a string of 1 to 1024 characters without control characters";
    let signs = "must consist of letters, digits and signs, without spaces";
    for (changes, field, rule) in [
        (
            json!({"transactionId": null}),
            "transactionId",
            "is required",
        ),
        (json!({"transactionId": ""}), "transactionId", text),
        (json!({"transactionId": 7}), "transactionId", text),
        (json!({"transactionId": "a\nb"}), "transactionId", text),
        (
            json!({"transactionId": "x".repeat(1025)}),
            "transactionId",
            text,
        ),
        (json!({"transactionId": "a b"}), "transactionId", signs),
        (json!({"transactionId": "é"}), "transactionId", signs),
        (
            json!({"transactionId": null, "purchaseId": " "}),
            "purchaseId",
            signs,
        ),
    ] {
        let error = parse(&changes).unwrap_err();
        assert_eq!((error.field.as_str(), error.rule.as_str()), (field, rule));
    }
    assert_eq!(
        parse(&json!({"customerId": []})).unwrap_err().field,
        "customerId"
    );
    let error = parse_submission(Store::Roku, &json!([])).unwrap_err();
    assert_eq!(error.to_string(), "body must be a JSON object");
}

#[test]
fn there_is_no_older_way_to_submit() {
    assert!(
        stores::profile(Store::Roku)
            .parse_payment(&json!({}))
            .is_none()
    );
}
