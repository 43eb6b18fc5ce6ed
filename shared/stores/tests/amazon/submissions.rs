//! What apps submit.

use domain::{FieldError, Store};
use serde_json::{Value, json};
use stores::{Submission, parse_submission};

use crate::json::changed;
use crate::scene::{RECEIPT, USER};

fn submit(changes: &Value) -> Result<Submission, FieldError> {
    let body = json!({"customerId": 300_200_100, "receiptId": RECEIPT, "userId": USER});
    parse_submission(Store::Amazon, &changed(body, changes))
}

#[test]
fn the_receipt_is_the_key_and_the_user_goes_with_it() {
    let read = submit(&json!({"couponCode": "INTRO2M", "sku": "ignored", "more": true})).unwrap();
    assert_eq!(read.customer_id.unwrap().as_str(), "300200100");
    assert_eq!(read.locator.key.as_str(), RECEIPT);
    let details = serde_json::to_value(&read.locator.details).unwrap();
    assert_eq!(
        details,
        json!({"receiptId": RECEIPT, "receiptUserId": USER, "userId": USER})
    );
    assert_eq!(read.coupon_code.as_deref(), Some("INTRO2M"));
    assert_eq!(read.offer_id, None);
}

#[test]
fn the_customer_may_be_a_text_or_named_elsewhere() {
    let named = submit(&json!({"customerId": "cust-1"})).unwrap();
    assert_eq!(named.customer_id.unwrap().as_str(), "cust-1");
    let unnamed = submit(&json!({"customerId": null})).unwrap();
    assert_eq!(unnamed.customer_id, None);
}

#[test]
fn an_error_names_its_field() {
    for (changes, field) in [
        (json!({"receiptId": null}), "receiptId"),
        (json!({"receiptId": ""}), "receiptId"),
        (json!({"receiptId": 7}), "receiptId"),
        (json!({"receiptId": "a\nb"}), "receiptId"),
        (json!({"receiptId": "x".repeat(2049)}), "receiptId"),
        (json!({"userId": null}), "userId"),
        (json!({"userId": ""}), "userId"),
        (json!({"userId": "x".repeat(256)}), "userId"),
        (json!({"customerId": ""}), "customerId"),
        (json!({"customerId": {}}), "customerId"),
    ] {
        assert_eq!(submit(&changes).unwrap_err().field, field, "{changes}");
    }
    for body in [json!([]), json!("receipt"), Value::Null] {
        let error = parse_submission(Store::Amazon, &body).unwrap_err();
        assert_eq!(error.field, "body");
    }
}

#[test]
fn there_was_never_an_older_form() {
    assert_eq!(
        stores::profile(Store::Amazon).parse_payment(&json!({})),
        None
    );
}
