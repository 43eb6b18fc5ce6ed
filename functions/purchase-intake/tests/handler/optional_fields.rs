//! Fields that decide nothing: whatever they hold, the purchase is taken.

use in_process_aws::{CUSTOMER, event};
use serde_json::{Value, json};

use crate::payments::payment;
use crate::{post, started};

/// What each store's submission must have.
const REQUIRED: [(&str, &str); 7] = [
    ("vizio", r#""subscriptionId":"vzs-1""#),
    (
        "samsung-tv",
        r#""invoiceId":"UP1","samsungCustomerId":"u1","countryCode":"US""#,
    ),
    ("android", r#""purchaseToken":"opq-1","packageName":"p.q""#),
    ("apple", r#""transactionId":"700001""#),
    ("roku", r#""transactionId":"a41e7d22""#),
    ("amazon", r#""receiptId":"r1","userId":"u1""#),
    ("stripe", r#""subscriptionId":"sub_1""#),
];

const ADDRESSES: [&str; 6] = [
    r#""203.0.113.25:61598""#,
    r#""203.0.113.25, 10.0.0.7""#,
    r#""[2001:db8::1]:443""#,
    r#""""#,
    r#"["203.0.113.25"]"#,
    "7",
];

fn submitted(store: &str, body: &str) -> Value {
    let mut event = event("purchase-intake/post-purchase-validation");
    event["pathParameters"]["store"] = json!(store);
    event["rawPath"] = json!(format!("/{store}/purchase-validation"));
    event["body"] = json!(body);
    let headers = event["headers"].as_object_mut().unwrap();
    headers.remove("correlation-id");
    event
}

fn with(required: &str, more: &str) -> String {
    format!(r#"{{"customerId":{CUSTOMER},{required},{more}}}"#)
}

#[tokio::test]
async fn an_address_as_proxies_write_it_stops_no_purchase() {
    for (store, required) in REQUIRED {
        let (_aws, intake) = started().await;
        for address in ADDRESSES {
            let names = ["customerIP", "customerIp", "ipAddress"];
            let more = names.map(|name| format!(r#""{name}":{address}"#)).join(",");
            let body = with(required, &more);
            let (status, answer) = post(&intake, &submitted(store, &body)).await;
            assert_eq!(status, 202, "{store} {body} {answer}");
        }
    }
    let (_aws, intake) = started().await;
    for address in ADDRESSES {
        let address: Value = serde_json::from_str(address).unwrap();
        let answer = post(&intake, &payment(&json!({ "ipAddress": address }))).await;
        assert_eq!(answer.0, 202, "{answer:?}");
    }
}

#[tokio::test]
async fn a_coupon_of_any_form_stops_no_purchase() {
    for (store, required) in REQUIRED {
        let (_aws, intake) = started().await;
        for code in [
            "7",
            "[]",
            "{}",
            "true",
            r#""""#,
            r#""SUMMER\ud83d""#,
            r#""\u0000""#,
        ] {
            let body = with(required, &format!(r#""couponCode":{code}"#));
            let (status, answer) = post(&intake, &submitted(store, &body)).await;
            assert_eq!(status, 202, "{store} {body} {answer}");
        }
    }
}

#[tokio::test]
async fn a_byte_order_mark_and_half_a_character_anywhere_stop_no_purchase() {
    for (store, required) in REQUIRED {
        let (_aws, intake) = started().await;
        let note = with(required, r#""note":"\ude00 \ud83d""#);
        for body in [note.clone(), format!("\u{FEFF}{note}")] {
            let (status, answer) = post(&intake, &submitted(store, &body)).await;
            assert_eq!(status, 202, "{store} {body} {answer}");
        }
    }
}

#[tokio::test]
async fn half_a_character_in_what_matters_is_refused_by_name() {
    let (aws, intake) = started().await;
    for (body, field) in [
        (
            r#"{"customerId":"ada","transactionId":"a41e\ud83d"}"#,
            "transactionId ",
        ),
        (
            r#"{"customerId":"ada\ud83d","transactionId":"a41e"}"#,
            "customerId ",
        ),
    ] {
        let (status, answer) = post(&intake, &submitted("roku", body)).await;
        assert_eq!((status, &answer["code"]), (400, &json!("REQ0001")));
        assert!(
            answer["message"].as_str().unwrap().starts_with(field),
            "{answer}"
        );
    }
    assert!(aws.sent("verification").is_empty());
}

#[tokio::test]
async fn an_empty_correlation_id_is_none() {
    let (_aws, intake) = started().await;
    let mut event = submitted("roku", &with(r#""transactionId":"a41e""#, r#""x":1"#));
    event["headers"]["correlation-id"] = json!(" ");
    assert_eq!(post(&intake, &event).await.0, 202);
}
