//! What counts as proof that the store sent a notification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use serde_json::{Value, json};
use stores::NotificationError;

use crate::support::{SIGNING_KEY, config, fixture, header, now, read_notification, signature};

/// The published body of the vector. It names no partner, so a proven one is of another application.
const BODY: &[u8] = br#"{"notificationId":"nv-0001","eventType":"SUBSCRIPTION.CREATED"}"#;
const HEX: &str = "8ad8a0fd3824b9f6abc18eac3f2a10bec67a8004f8cc86c34bca093921a7c26e";
const BASE64: &str = "itig/TgkufarwY6sPyoQvsZ6gAT4zIbDS8oJOSGnwm4=";

fn proven(changes: &Value, headers: &[(String, String)], body: &[u8]) -> bool {
    let read = read_notification(&config(changes), headers, body);
    read != Err(NotificationError::Forged)
}

#[test]
fn the_vector_of_the_contract() {
    assert_eq!(BODY.len(), 63);
    assert!(proven(&json!({}), &header(HEX), BODY));
    let base64 = json!({"signatureEncoding": "base64"});
    assert!(proven(&base64, &header(BASE64), BODY));
    assert!(proven(&base64, &header(BASE64.trim_end_matches('=')), BODY));
}

#[test]
fn hexadecimal_has_no_case_and_neither_has_the_headers_name() {
    let upper = vec![("X-Vizio-Signature".to_owned(), HEX.to_uppercase())];
    assert!(proven(&json!({}), &upper, BODY));
}

#[test]
fn a_prefix_is_taken_off() {
    let changes = json!({"signaturePrefix": "sha256="});
    assert!(proven(&changes, &header(&format!("sha256={HEX}")), BODY));
    assert!(proven(&changes, &header(HEX), BODY));
    assert!(!proven(&json!({}), &header(&format!("sha256={HEX}")), BODY));
}

#[test]
fn any_of_a_list_is_enough() {
    let wrong = "00".repeat(32);
    assert!(proven(
        &json!({}),
        &header(&format!("{wrong}, {HEX}")),
        BODY
    ));
    let mut twice = header(&wrong);
    twice.extend(header(HEX));
    assert!(proven(&json!({}), &twice, BODY));
    assert!(!proven(
        &json!({}),
        &header(&format!("{wrong},{wrong}")),
        BODY
    ));
    let endless = format!("{}{HEX}", format!("{wrong},").repeat(50));
    assert!(!proven(&json!({}), &header(&endless), BODY));
}

#[test]
fn either_of_two_keys_is_enough() {
    for keys in [
        json!(["another", SIGNING_KEY]),
        json!([SIGNING_KEY, "another"]),
    ] {
        assert!(proven(&json!({"signingKeys": keys}), &header(HEX), BODY));
    }
    let neither = json!({"signingKeys": ["another", "one more"]});
    assert!(!proven(&neither, &header(HEX), BODY));
}

#[test]
fn a_key_may_be_written_in_three_forms() {
    let forms = [
        ("hex", hex::encode(SIGNING_KEY)),
        ("base64", STANDARD.encode(SIGNING_KEY)),
        ("utf8", SIGNING_KEY.to_owned()),
    ];
    for (form, key) in forms {
        let changes = json!({"signingKeys": [key], "signingKeyForm": form});
        assert!(proven(&changes, &header(HEX), BODY), "{form}");
    }
}

#[test]
fn no_signature_and_a_wrong_one_are_no_proof() {
    assert!(!proven(&json!({}), &[], BODY));
    for wrong in ["", ",", "not hexadecimal", &HEX[..62], BASE64] {
        assert!(!proven(&json!({}), &header(wrong), BODY), "{wrong}");
    }
    let elsewhere = vec![("x-signature".to_owned(), HEX.to_owned())];
    assert!(!proven(&json!({}), &elsewhere, BODY));
}

#[test]
fn every_byte_of_the_body_counts() {
    let reformatted = br#"{"notificationId": "nv-0001","eventType":"SUBSCRIPTION.CREATED"}"#;
    assert!(!proven(&json!({}), &header(HEX), reformatted));
    for position in 0..BODY.len() {
        let mut changed = BODY.to_vec();
        changed[position] ^= 1;
        assert!(!proven(&json!({}), &header(HEX), &changed), "{position}");
    }
}

#[test]
fn what_is_not_proven_is_not_read() {
    let config = config(&json!({}));
    for body in [
        b"no JSON".as_slice(),
        &fixture("notifications/foreign_partner"),
    ] {
        let read = read_notification(&config, &header(HEX), body);
        assert_eq!(read, Err(NotificationError::Forged));
    }
}

fn sent_at(text: &str) -> Vec<(String, String)> {
    let message = [text.as_bytes(), b".", BODY].concat();
    let mut headers = header(&signature(SIGNING_KEY.as_bytes(), &message));
    headers.push(("X-Vizio-Timestamp".to_owned(), text.to_owned()));
    headers
}

#[test]
fn a_time_that_is_signed_must_be_recent() {
    let changes = json!({"timestampHeader": "x-vizio-timestamp", "maxSkewSeconds": 300});
    let second = now().as_second();
    for offset in [-299, 0, 299] {
        let text = (second + offset).to_string();
        assert!(proven(&changes, &sent_at(&text), BODY), "{offset}");
    }
    for offset in [-301, 302] {
        let text = (second + offset).to_string();
        assert!(!proven(&changes, &sent_at(&text), BODY), "{offset}");
    }
    let milliseconds = now().as_millisecond().to_string();
    assert!(proven(&changes, &sent_at(&milliseconds), BODY));
    assert!(!proven(&changes, &sent_at("yesterday"), BODY));
}

#[test]
fn a_time_is_part_of_what_is_signed() {
    let changes = json!({"timestampHeader": "x-vizio-timestamp"});
    assert!(!proven(&changes, &header(HEX), BODY));
    let mut moved = sent_at(&now().as_second().to_string());
    moved[1].1 = Timestamp::from_second(now().as_second() + 1)
        .unwrap()
        .as_second()
        .to_string();
    assert!(!proven(&changes, &moved, BODY));
}

#[test]
fn the_key_itself_can_be_the_proof() {
    let changes = json!({"signatureAlgorithm": "bearer", "signatureHeader": "authorization",
        "signaturePrefix": "Bearer ", "signingKeys": ["with,comma", SIGNING_KEY]});
    let bearing = |text: &str| vec![("Authorization".to_owned(), text.to_owned())];
    for right in ["Bearer with,comma", &format!("Bearer {SIGNING_KEY}")] {
        assert!(proven(&changes, &bearing(right), BODY), "{right}");
    }
    for wrong in ["Bearer", "Bearer ", "Bearer comma", HEX] {
        assert!(!proven(&changes, &bearing(wrong), BODY), "{wrong}");
    }
}
