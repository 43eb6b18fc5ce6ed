//! What an app may submit.

use domain::{Locator, Store};
use serde_json::json;
use stores::parse_submission;

#[test]
fn a_submission_names_a_purchase_and_maybe_a_customer() {
    let body = json!({"customerId": 300_200_100, "subscriptionId": "vzs-88120044",
        "invoiceNumber": "VZINV-0002231", "customerIP": "203.0.113.25", "appVersion": "7.1"});
    let submission = parse_submission(Store::Vizio, &body).unwrap();
    assert_eq!(submission.customer_id.unwrap().as_str(), "300200100");
    assert_eq!(submission.locator.key.as_str(), "vzs-88120044");
    let details = json!({"subscriptionId": "vzs-88120044", "invoiceNumber": "VZINV-0002231"});
    assert_eq!(json!(submission.locator.details), details);

    let body = json!({"customerId": "u-1", "subscriptionId": "vzs-1", "customerIP": "2001:db8::1"});
    let submission = parse_submission(Store::Vizio, &body).unwrap();
    assert_eq!(submission.customer_id.unwrap().as_str(), "u-1");

    let body = json!({"customerId": null, "subscriptionId": "vzs-1", "invoiceNumber": null});
    assert_eq!(
        parse_submission(Store::Vizio, &body).unwrap().customer_id,
        None
    );
}

#[test]
fn an_invoice_number_that_can_be_none_is_left_out() {
    let invoice = |value: serde_json::Value| {
        let body = json!({"subscriptionId": "x", "invoiceNumber": value});
        let read = parse_submission(Store::Vizio, &body).unwrap();
        read.locator.details.get("invoiceNumber").cloned()
    };
    assert_eq!(invoice(json!(2231)).as_deref(), Some("2231"));
    for value in [json!(""), json!("a\nb"), json!("y".repeat(256)), json!([])] {
        assert_eq!(invoice(value), None);
    }
}

#[test]
fn an_error_names_the_field_and_the_rule() {
    let id = "must be a string of 1 to 2048 characters without control characters";
    let customer =
        "must be a whole number, or a string of 1 to 255 characters without control characters";
    let cases = [
        (json!([]), "body", "must be a JSON object"),
        (json!({}), "subscriptionId", "is required"),
        (
            json!({"subscriptionId": null}),
            "subscriptionId",
            "is required",
        ),
        (json!({"subscriptionId": ""}), "subscriptionId", id),
        (json!({"subscriptionId": 7}), "subscriptionId", id),
        (json!({"subscriptionId": "a\nb"}), "subscriptionId", id),
        (
            json!({"subscriptionId": "x".repeat(2049)}),
            "subscriptionId",
            id,
        ),
        (
            json!({"subscriptionId": "x", "customerId": ""}),
            "customerId",
            customer,
        ),
        (
            json!({"subscriptionId": "x", "customerId": 1.5}),
            "customerId",
            customer,
        ),
        (
            json!({"subscriptionId": "x", "customerId": -1}),
            "customerId",
            customer,
        ),
        (
            json!({"subscriptionId": "x", "customerId": true}),
            "customerId",
            customer,
        ),
        (
            json!({"subscriptionId": "x", "customerId": "y".repeat(256)}),
            "customerId",
            customer,
        ),
    ];
    for (body, field, rule) in cases {
        let error = parse_submission(Store::Vizio, &body).unwrap_err();
        assert_eq!(
            (error.field.as_str(), error.rule.as_str()),
            (field, rule),
            "{body}"
        );
    }
    let longest = json!({"subscriptionId": "x".repeat(2048)});
    assert!(parse_submission(Store::Vizio, &longest).is_ok());
}

#[test]
fn a_locator_survives_a_queue_and_shows_nothing_in_a_log() {
    let body = json!({"subscriptionId": "vzs-88120044", "invoiceNumber": "VZINV-0002231"});
    let locator = parse_submission(Store::Vizio, &body).unwrap().locator;
    let text = serde_json::to_string(&locator).unwrap();
    assert_eq!(serde_json::from_str::<Locator>(&text).unwrap(), locator);
    let shown = format!("{locator:?}");
    assert!(
        !shown.contains("88120044") && !shown.contains("0002231"),
        "{shown}"
    );
}
