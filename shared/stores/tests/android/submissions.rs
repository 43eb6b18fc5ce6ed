//! What apps and servers submit.

use domain::{FieldError, Store};
use serde_json::{Value, json};
use stores::{Submission, parse_submission};

use crate::json::changed;
use crate::scene::{PACKAGE, TOKEN};

fn submit(body: &Value) -> Result<Submission, FieldError> {
    parse_submission(Store::Android, body)
}

fn pay(body: &Value) -> Result<Submission, FieldError> {
    stores::profile(Store::Android).parse_payment(body).unwrap()
}

fn submission(changes: &Value) -> Value {
    changed(
        json!({"purchaseToken": TOKEN, "packageName": PACKAGE}),
        changes,
    )
}

fn receipt(changes: &Value) -> Value {
    let receipt = json!({
        "orderId": "GPA.3311-0000-1111-22222", "packageName": PACKAGE, "productId": "premium",
        "purchaseTime": 1_793_871_000_000_i64, "purchaseState": 0, "purchaseToken": TOKEN,
        "developerPayload": "",
    });
    changed(receipt, changes)
}

fn payment(changes: &Value) -> Value {
    let payment = json!({
        "customerEmail": "ada@example.test", "offerId": "S300200111_US",
        "ipAddress": "203.0.113.25", "couponCode": "INTRO2M", "receipt": receipt(&json!({})),
    });
    changed(payment, changes)
}

#[test]
fn the_token_is_the_key_and_the_application_goes_with_it() {
    let read = submit(&submission(&json!({
        "customerId": 300_200_100, "productId": "premium", "couponCode": "INTRO2M",
        "customerIP": "203.0.113.25", "more": true,
    })))
    .unwrap();
    assert_eq!(read.customer_id.unwrap().as_str(), "300200100");
    assert_eq!(read.locator.key.as_str(), TOKEN);
    let details = serde_json::to_value(&read.locator.details).unwrap();
    let expected = json!({"purchaseToken": TOKEN, "packageName": PACKAGE, "productId": "premium"});
    assert_eq!(details, expected);
    assert_eq!(read.coupon_code.as_deref(), Some("INTRO2M"));
    assert_eq!(read.offer_id, None);
}

#[test]
fn an_app_may_say_that_it_was_bought_once() {
    let said = |word: Value| {
        let changes = json!({ "purchaseType": word });
        let submitted = submit(&submission(&changes)).unwrap();
        let paid = pay(&payment(&json!({ "receipt": receipt(&changes) })));
        let word = |read: Submission| read.locator.details.get("purchaseType").cloned();
        let (submitted, paid) = (word(submitted), word(paid.unwrap()));
        assert_eq!(submitted, paid);
        submitted
    };
    assert_eq!(said(json!("oneTime")).as_deref(), Some("oneTime"));
    assert_eq!(said(json!("ONETIME")).as_deref(), Some("oneTime"));
    for word in [
        json!("subscription"),
        json!("rental"),
        json!(""),
        json!(1),
        json!([]),
        Value::Null,
    ] {
        assert_eq!(said(word), None);
    }
}

#[test]
fn a_product_that_can_be_none_is_left_out() {
    let product = |value: Value| {
        let read = submit(&submission(&json!({ "productId": value }))).unwrap();
        read.locator.details.get("productId").cloned()
    };
    assert_eq!(product(json!(7)).as_deref(), Some("7"));
    for value in [json!(""), json!({}), json!("a\nb"), json!("x".repeat(256))] {
        assert_eq!(product(value), None);
    }
}

#[test]
fn the_wrong_field_of_a_submission_is_named() {
    for (field, value) in [
        ("purchaseToken", Value::Null),
        ("purchaseToken", json!("")),
        ("purchaseToken", json!(7)),
        ("purchaseToken", json!("x".repeat(2049))),
        ("purchaseToken", json!("a\nb")),
        ("packageName", Value::Null),
        ("packageName", json!(["a.b"])),
        ("customerId", json!({})),
        ("customerId", json!("undefined")),
    ] {
        let error = submit(&submission(&json!({ field: value }))).unwrap_err();
        assert_eq!(error.field, field, "{value}");
    }
    assert_eq!(submit(&json!([])).unwrap_err().field, "body");
}

#[test]
fn no_coupon_code_stops_a_purchase() {
    let code = |code: &str| {
        submit(&submission(&json!({ "couponCode": code })))
            .unwrap()
            .coupon_code
    };
    assert_eq!(code(""), None);
    assert_eq!(code("no such code!").as_deref(), Some("no such code!"));
    assert_eq!(code("IN\nTRO").as_deref(), Some("IN\u{FFFD}TRO"));
    assert_eq!(code(&"ä".repeat(300)), Some("ä".repeat(255)));
}

#[test]
fn a_payment_names_offer_receipt_and_customer() {
    let read = pay(&payment(&json!({}))).unwrap();
    assert_eq!(read.customer_id.unwrap().as_str(), "ada@example.test");
    assert_eq!(read.offer_id.unwrap().as_str(), "S300200111_US");
    assert_eq!(read.locator.key.as_str(), TOKEN);
    assert_eq!(read.locator.details["packageName"], PACKAGE);
    assert_eq!(read.coupon_code.as_deref(), Some("INTRO2M"));
}

#[test]
fn a_receipt_may_be_given_as_its_text() {
    let text = receipt(&json!({})).to_string();
    let as_text = pay(&payment(&json!({ "receipt": text }))).unwrap();
    assert_eq!(as_text, pay(&payment(&json!({}))).unwrap());
    let cut = text.replace(r#""developerPayload":"""#, r#""developerPayload":"\ud83d""#);
    assert_ne!(cut, text);
    let as_text = pay(&payment(&json!({ "receipt": cut }))).unwrap();
    assert_eq!(as_text, pay(&payment(&json!({}))).unwrap());
}

#[test]
fn an_email_address_in_any_writing_is_one_customer() {
    for written in ["ada@example.test", " Ada@Example.TEST ", "ADA@EXAMPLE.TEST"] {
        let read = pay(&payment(&json!({ "customerEmail": written }))).unwrap();
        assert_eq!(read.customer_id.unwrap().as_str(), "ada@example.test");
    }
}

#[test]
fn a_customer_id_comes_before_the_email_address() {
    let read = pay(&payment(&json!({"customerId": "300200100"}))).unwrap();
    assert_eq!(read.customer_id.unwrap().as_str(), "300200100");
    let unusable = json!({"customerId": "300200100", "customerEmail": "nobody"});
    let read = pay(&payment(&unusable)).unwrap();
    assert_eq!(read.customer_id.unwrap().as_str(), "300200100");
    for nobody in [Value::Null, json!(""), json!(" ")] {
        let nobody = pay(&payment(&json!({ "customerEmail": nobody }))).unwrap();
        assert_eq!(nobody.customer_id, None);
    }
}

#[test]
fn the_wrong_field_of_a_payment_is_named() {
    for (field, value) in [
        ("customerEmail", json!("ada")),
        ("customerEmail", json!("ada@example")),
        ("customerEmail", json!("a da@example.test")),
        ("customerEmail", json!("a@b@example.test")),
        ("customerEmail", json!(7)),
        ("customerId", json!("null")),
        ("customerId", json!(1.5)),
        ("offerId", Value::Null),
        ("offerId", json!("a/b")),
        ("receipt", Value::Null),
        ("receipt", json!("no json")),
        ("receipt", json!("[]")),
        ("receipt", json!(7)),
    ] {
        let error = pay(&payment(&json!({ field: value }))).unwrap_err();
        assert_eq!(error.field, field, "{value}");
    }
}

#[test]
fn the_wrong_field_of_a_receipt_is_named() {
    for (field, value) in [
        ("purchaseToken", Value::Null),
        ("purchaseToken", json!({})),
        ("packageName", Value::Null),
    ] {
        let receipt = receipt(&json!({ field: value }));
        for written in [json!(receipt.to_string()), receipt] {
            let error = pay(&payment(&json!({ "receipt": written }))).unwrap_err();
            assert_eq!(error.field, format!("receipt.{field}"), "{value}");
        }
    }
}

#[test]
fn the_other_stores_have_no_payments() {
    for store in [Store::Vizio, Store::SamsungTv] {
        assert_eq!(
            stores::profile(store).parse_payment(&payment(&json!({}))),
            None
        );
    }
}
