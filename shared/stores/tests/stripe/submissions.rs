//! What an app may submit.

use domain::{FieldError, Store};
use serde_json::{Value, json};
use stores::{Submission, parse_submission};

fn submit(body: &Value) -> Result<Submission, FieldError> {
    parse_submission(Store::Stripe, body)
}

#[test]
fn a_purchase_is_named_by_any_of_three_ids() {
    for (name, id) in [
        ("subscriptionId", "sub_1"),
        ("paymentIntentId", "pi_1"),
        ("checkoutSessionId", "cs_live_1"),
    ] {
        let submission = submit(&json!({ name: id })).unwrap();
        assert_eq!(submission.locator.key.as_str(), id);
        assert_eq!(
            submission.locator.details,
            [(name.to_owned(), id.to_owned())].into()
        );
        assert_eq!(
            (submission.customer_id, submission.coupon_code),
            (None, None)
        );
    }
}

#[test]
fn of_several_ids_the_most_exact_counts() {
    let all =
        json!({"checkoutSessionId": "cs_1", "paymentIntentId": "pi_1", "subscriptionId": "sub_1"});
    assert_eq!(submit(&all).unwrap().locator.key.as_str(), "sub_1");
    let two =
        json!({"checkoutSessionId": "cs_1", "paymentIntentId": "pi_1", "subscriptionId": null});
    assert_eq!(submit(&two).unwrap().locator.key.as_str(), "pi_1");
    for unusable in [json!(""), json!("undefined"), json!(7)] {
        let body = json!({"checkoutSessionId": "cs_1", "subscriptionId": unusable});
        assert_eq!(submit(&body).unwrap().locator.key.as_str(), "cs_1");
    }
}

#[test]
fn customer_and_coupon_may_come_with_it() {
    let body = json!({"customerId": 300_200_100, "subscriptionId": "sub_1", "couponCode": "INTRO2M",
        "unknown": true});
    let submission = submit(&body).unwrap();
    assert_eq!(submission.customer_id.unwrap().as_str(), "300200100");
    assert_eq!(submission.coupon_code.as_deref(), Some("INTRO2M"));
}

#[test]
fn an_error_names_the_field_and_the_rule() {
    let long = format!("sub_{}", "x".repeat(252));
    for (body, expected) in [
        (json!([]), "body must be a JSON object"),
        (
            json!({}),
            "subscriptionId is required, or paymentIntentId, or checkoutSessionId",
        ),
        (
            json!({"subscriptionId": "cs_1"}),
            "subscriptionId must begin with sub_",
        ),
        (
            json!({"subscriptionId": "sub_sched_1"}),
            "subscriptionId must begin with sub_",
        ),
        (
            json!({"subscriptionId": "sub_"}),
            "subscriptionId must begin with sub_",
        ),
        (
            json!({"paymentIntentId": "ch_1"}),
            "paymentIntentId must begin with pi_",
        ),
        (
            json!({"checkoutSessionId": "x"}),
            "checkoutSessionId must begin with cs_",
        ),
        (
            json!({"subscriptionId": long}),
            "subscriptionId must be a string of 1 to 255 characters without control characters",
        ),
        (
            json!({"subscriptionId": "sub_a\nb"}),
            "subscriptionId must be a string of 1 to 255 characters without control characters",
        ),
        (
            json!({"subscriptionId": "sub_1", "customerId": ""}),
            "customerId must be a whole number, or a string of 1 to 255 characters without control \
             characters",
        ),
    ] {
        assert_eq!(submit(&body).unwrap_err().to_string(), expected);
    }
}

#[test]
fn there_never_was_an_older_way_to_submit() {
    assert!(
        stores::profile(Store::Stripe)
            .parse_payment(&json!({}))
            .is_none()
    );
}
