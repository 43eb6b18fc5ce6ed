//! What apps submit.

use domain::{FieldError, Store};
use serde_json::{Value, json};
use stores::{Submission, parse_submission};

fn parse(body: &Value) -> Result<Submission, FieldError> {
    parse_submission(Store::SamsungTv, body)
}

#[test]
fn all_spellings_name_the_same_purchase() {
    let ours = json!({"customerId": 300_200_100, "invoiceId": "UP0126110500012345",
        "samsungCustomerId": "u7Qx81mZp0", "countryCode": "US", "customerIP": "203.0.113.25"});
    let expected = parse(&ours).unwrap();
    assert_eq!(expected.customer_id.as_ref().unwrap().as_str(), "300200100");
    assert_eq!(expected.locator.key.as_str(), "UP0126110500012345");
    let shown = serde_json::to_value(&expected.locator.details).unwrap();
    let details = json!({"invoiceId": "UP0126110500012345",
        "samsungCustomerId": "u7Qx81mZp0", "countryCode": "US"});
    assert_eq!(shown, details);

    for (invoice, customer, country) in [
        ("InvoiceID", "CustomID", "CountryCode"),
        ("InvoiceId", "customId", "countryCode"),
        ("invoiceID", "customID", "CountryCode"),
    ] {
        let body = json!({invoice: "UP0126110500012345", customer: "u7Qx81mZp0", country: "us",
            "more": true});
        assert_eq!(parse(&body).unwrap().locator, expected.locator);
    }
    let two = json!({"invoiceId": "", "InvoiceID": "UP0126110500012345", "samsungCustomerId": 7,
        "customId": "u7Qx81mZp0", "countryCode": "USA", "CountryCode": "US"});
    assert_eq!(
        parse(&two).unwrap().locator,
        expected.locator,
        "the usable one of each"
    );
}

#[test]
fn the_wrong_field_is_named() {
    let whole = json!({"invoiceId": "UP1", "samsungCustomerId": "u1", "countryCode": "US"});
    for (field, value) in [
        ("invoiceId", Value::Null),
        ("invoiceId", json!("")),
        ("invoiceId", json!(7)),
        ("invoiceId", json!("SubscriptionId=SUB-70001")),
        ("samsungCustomerId", Value::Null),
        ("samsungCustomerId", json!("a\nb")),
        ("countryCode", Value::Null),
        ("countryCode", json!("USA")),
        ("countryCode", json!("U1")),
        ("customerId", json!({})),
    ] {
        let mut body = whole.clone();
        body[field] = value.clone();
        assert_eq!(parse(&body).unwrap_err().field, field, "{value}");
    }
    assert_eq!(parse(&json!([])).unwrap_err().field, "body");
}
