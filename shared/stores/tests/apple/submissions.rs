//! What apps submit.

use domain::{FieldError, Locator, Store};
use serde_json::{Value, json};
use stores::parse_submission;

use crate::authority::{Authority, encoded, signed};
use crate::scene::{LATEST, ORIGINAL, one_time, transaction};

fn locator(body: &Value) -> Locator {
    parse_submission(Store::Apple, body).unwrap().locator
}

fn refused(body: &Value) -> FieldError {
    parse_submission(Store::Apple, body).unwrap_err()
}

#[test]
fn the_id_of_a_transaction_is_enough() {
    for id in [json!(LATEST), json!(700_001_234_567_891_u64)] {
        let body = json!({"customerId": 300_200_100, "transactionId": id, "appVersion": "4.2"});
        let submission = parse_submission(Store::Apple, &body).unwrap();
        assert_eq!(submission.customer_id.unwrap().as_str(), "300200100");
        assert_eq!(submission.locator.key.as_str(), LATEST);
        let details = serde_json::to_value(&submission.locator.details).unwrap();
        assert_eq!(details, json!({"transactionId": LATEST}));
        assert_eq!((submission.offer_id, submission.coupon_code), (None, None));
    }
}

#[test]
fn an_id_is_digits() {
    let too_long = "1".repeat(65);
    for wrong in [
        json!(""),
        json!("7000x"),
        json!("-1"),
        json!("../1"),
        json!(" 1"),
        json!(too_long),
        json!(-1),
        json!(1.5),
        json!([]),
    ] {
        let error = refused(&json!({"transactionId": wrong}));
        assert_eq!(error.to_string(), "transactionId must be 1 to 64 digits");
    }
}

#[test]
fn one_of_the_two_is_required() {
    for body in [
        json!({}),
        json!({"transactionId": null, "signedTransaction": null}),
    ] {
        let text = "transactionId is required, unless signedTransaction is given";
        assert_eq!(refused(&body).to_string(), text);
    }
    assert_eq!(refused(&json!([])).field, "body");
}

#[test]
fn a_signed_transaction_tells_where_to_ask() {
    for name in [
        "signedTransaction",
        "jwsRepresentation",
        "signedTransactionInfo",
    ] {
        let locator = locator(&json!({ name: signed(&transaction(&json!({}))) }));
        assert_eq!(locator.key.as_str(), ORIGINAL);
        let details = serde_json::to_value(&locator.details).unwrap();
        let expected = json!({
            "transactionId": LATEST,
            "claimedEnvironment": "Production",
            "type": "Auto-Renewable Subscription",
        });
        assert_eq!(details, expected);
    }
    let sandbox = one_time(&json!({"environment": "Sandbox"}));
    let locator = locator(&json!({"signedTransaction": signed(&sandbox)}));
    let details = serde_json::to_value(&locator.details).unwrap();
    let expected = json!({"transactionId": ORIGINAL, "claimedEnvironment": "Sandbox"});
    assert_eq!(details, expected);
}

#[test]
fn a_signed_transaction_is_a_hint_whoever_signed_it() {
    let forged = Authority::new().sign(&transaction(&json!({})));
    assert_eq!(
        locator(&json!({"signedTransaction": forged})).key.as_str(),
        ORIGINAL
    );
}

#[test]
fn with_both_the_signed_one_decides() {
    let body = json!({"transactionId": "1", "signedTransaction": signed(&transaction(&json!({})))});
    assert_eq!(locator(&body).key.as_str(), ORIGINAL);
}

#[test]
fn of_both_the_one_that_can_be_read_is_enough() {
    let whole = signed(&transaction(&json!({})));
    for body in [
        json!({"transactionId": "x", "signedTransaction": whole}),
        json!({"signedTransaction": "cut", "jwsRepresentation": whole}),
    ] {
        assert_eq!(locator(&body).key.as_str(), ORIGINAL, "{body}");
    }
    let cut = json!({"transactionId": LATEST, "signedTransaction": "cut"});
    assert_eq!(locator(&cut).key.as_str(), LATEST);
    let neither = json!({"transactionId": "x", "signedTransaction": "cut"});
    assert_eq!(refused(&neither).field, "signedTransaction");
}

#[test]
fn without_the_first_transaction_its_own_id_is_the_key() {
    for original in [json!(null), json!("first")] {
        let transaction = transaction(&json!({"originalTransactionId": original}));
        let body = json!({"signedTransaction": signed(&transaction)});
        assert_eq!(locator(&body).key.as_str(), LATEST);
    }
}

#[test]
fn what_is_no_signed_transaction_is_refused_by_its_name() {
    let whole = signed(&transaction(&json!({})));
    let not_json = format!("a.{}.c", encoded(b"text"));
    let long = format!("{whole}{}", "A".repeat(40_000));
    for wrong in [
        json!(""),
        json!("a.b"),
        json!("a.b.c.d"),
        json!(not_json),
        json!(long),
        json!(7),
        json!({}),
    ] {
        let error = refused(&json!({"jwsRepresentation": wrong}));
        let text = "jwsRepresentation must be a transaction signed by the App Store";
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_transaction_of_xcode_is_no_purchase() {
    for environment in [
        json!("Xcode"),
        json!("LocalTesting"),
        json!("production"),
        json!(null),
    ] {
        let transaction = transaction(&json!({ "environment": environment }));
        let error = refused(&json!({"signedTransaction": signed(&transaction)}));
        let text = "signedTransaction must be of the environment Production or Sandbox";
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_signed_transaction_has_an_id() {
    for id in [json!(null), json!("one")] {
        let transaction = transaction(&json!({ "transactionId": id }));
        let error = refused(&json!({"signedTransaction": signed(&transaction)}));
        assert_eq!(
            error.to_string(),
            "signedTransaction must have a transactionId"
        );
    }
}
