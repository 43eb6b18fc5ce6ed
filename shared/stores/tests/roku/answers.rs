//! Answers that can't be read, and answers about what is none of ours.

use domain::Reading;
use serde_json::{Value, json};
use stores::LookUpError;

use crate::scene::{config, knowing, known as known_state, now, read, read_with, transaction};

fn refused(changes: &Value) -> LookUpError {
    let config = config(&json!({}));
    read_with(&config, &knowing(&json!({})), &transaction(changes), now()).unwrap_err()
}

#[test]
fn what_decides_has_to_be_there() {
    for (field, what) in [
        ("isEntitled", "it has no isEntitled"),
        ("cancelled", "it has no cancelled"),
        ("expirationDate", "it has no expirationDate"),
        ("productId", "it has no productId"),
    ] {
        let expected = LookUpError::Malformed(what.to_owned());
        assert_eq!(refused(&json!({ field: null })), expected);
        assert_eq!(refused(&json!({ field: "" })), expected);
    }
}

#[test]
fn what_is_there_has_to_have_a_form_that_is_known() {
    for (field, value) in [
        ("transactionId", json!({})),
        ("OriginalTransactionId", json!(["a"])),
        ("channelId", json!(true)),
        ("productId", json!({})),
        ("purchaseDate", json!("yesterday")),
        ("originalPurchaseDate", json!(5)),
        ("expirationDate", json!("/Date(soon)/")),
        ("isEntitled", json!("perhaps")),
        ("cancelled", json!(1)),
        ("purchaseStatus", json!({})),
        ("cancelledTransactionIds", json!([{}])),
    ] {
        let expected = LookUpError::Malformed(format!("the field {field} has an unknown form"));
        assert_eq!(refused(&json!({ field: value })), expected);
    }
}

#[test]
fn what_is_not_needed_may_be_anything() {
    let strange = json!({
        "isDunning": "maybe", "amount": "a lot", "tax": {}, "couponCode": 7, "quantity": [],
        "purchaseDate": null, "originalPurchaseDate": null, "purchaseType": {"x": 1},
    });
    assert!(matches!(read(&strange).reading, Reading::Known(_)));
}

#[test]
fn flags_may_be_words() {
    let words = json!({"isEntitled": "True", "cancelled": "false"});
    assert!(matches!(read(&words).reading, Reading::Known(_)));
}

#[test]
fn what_no_id_looks_like_is_no_key() {
    for id in ["a b", "a\u{7}b", "é", &"x".repeat(1025)] {
        let error = refused(&json!({"OriginalTransactionId": id}));
        assert_eq!(error.kind(), "malformed");
        assert!(!error.to_string().contains(id));
    }
}

#[test]
fn another_channels_purchase_is_rejected() {
    let expected = LookUpError::Rejected("its channel is not configured".to_owned());
    for channel in [json!(999_999), json!("999999"), json!(0)] {
        assert_eq!(refused(&json!({ "channelId": channel })), expected);
    }
    assert!(!expected.is_transient());
}

/// Roku answers only about what the account of the key has sold.
#[test]
fn an_answer_without_a_channel_is_of_ours() {
    let details = |known: &Value| {
        let answer = transaction(&json!({"channelId": null}));
        let read = read_with(&config(&json!({})), &knowing(known), &answer, now());
        known_state(read.unwrap()).details
    };
    assert!(!details(&json!({})).contains_key("channelId"));
    let kept = details(&json!({"channelId": "712346"}));
    assert_eq!(kept["channelId"], "712346");
}

#[test]
fn names_may_be_spelled_with_other_capitals() {
    let answer = transaction(&json!({}));
    let fields = answer.as_object().unwrap().iter();
    let respelled: serde_json::Map<_, _> = fields
        .map(|(name, value)| (name.to_lowercase(), value.clone()))
        .collect();
    let read = |answer: &Value| read_with(&config(&json!({})), &knowing(&json!({})), answer, now());
    assert_eq!(read(&respelled.into()), read(&answer));
}

#[test]
fn a_refund_is_no_purchase() {
    let refund = json!({
        "amount": -8.99, "total": -9.71, "expirationDate": null, "isEntitled": false,
    });
    assert_eq!(
        refused(&refund),
        LookUpError::Rejected("it is a refund".to_owned())
    );
}

#[test]
fn what_is_no_object_is_no_answer() {
    let config = config(&json!({}));
    for answer in [json!(null), json!([]), json!("text"), json!(7), json!({})] {
        let read = read_with(&config, &knowing(&json!({})), &answer, now());
        assert_eq!(read.unwrap_err().kind(), "malformed", "{answer}");
    }
}
