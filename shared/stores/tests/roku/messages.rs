//! How the message in a notification may be written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;
use stores::{NotificationError, Received};

use crate::keys::PUSH;
use crate::scene::{Scene, claims, message};

/// With characters on which the alphabets differ.
fn text() -> String {
    message("Sale", &json!({"productName": "Prémium ???>>>~~~ ÿÿ"})).to_string()
}

#[tokio::test]
async fn both_alphabets_are_read_with_and_without_padding() {
    let scene = Scene::set().await;
    let text = text();
    for padding in 0..3 {
        let text = format!("{text}{}", " ".repeat(padding));
        let standard = STANDARD.encode(&text);
        assert!(
            standard.contains(['+', '/']),
            "the alphabets have to differ"
        );
        for encoded in [
            standard,
            STANDARD_NO_PAD.encode(&text),
            URL_SAFE.encode(&text),
            URL_SAFE_NO_PAD.encode(&text),
        ] {
            let claims = claims("", &json!({ "x-Roku-message": encoded }));
            let read = scene.receive(&PUSH.sign(&claims)).await;
            assert!(matches!(read, Ok(Received::About(_))), "{encoded}");
        }
    }
}

#[tokio::test]
async fn another_encoding_is_read_if_it_is_a_message_and_is_no_test_message_if_not() {
    let scene = Scene::set().await;
    let wide: Vec<u8> = text()
        .encode_utf16()
        .filter(|unit| *unit < 128)
        .flat_map(u16::to_le_bytes)
        .collect();
    let packed = STANDARD.encode(&wide);
    let plain = STANDARD.encode(text());
    for (encoding, encoded, expected) in [
        (json!("base64-utf8"), &plain, "message"),
        (json!(null), &plain, "message"),
        (json!("base64url-utf8"), &plain, "message"),
        (json!("base64-utf16"), &packed, "unreadable"),
        (json!("deflate"), &"hello".to_owned(), "unreadable"),
    ] {
        let claims = claims(
            "",
            &json!({"x-Roku-message": encoded, "x-Roku-message-encoding": encoding}),
        );
        let read = match scene.receive(&PUSH.sign(&claims)).await {
            Ok(Received::About(_)) => "message",
            Err(NotificationError::Unreadable(_)) => "unreadable",
            other => panic!("{other:?}"),
        };
        assert_eq!(read, expected, "{encoding}");
    }
}

#[tokio::test]
async fn lines_and_a_byte_order_mark_do_no_harm() {
    let scene = Scene::set().await;
    let encoded = STANDARD.encode(format!("\u{FEFF}{}", text()));
    let lines: Vec<_> = encoded
        .as_bytes()
        .chunks(76)
        .map(String::from_utf8_lossy)
        .collect();
    let claims = claims("", &json!({ "x-Roku-message": lines.join("\r\n") }));
    let read = scene.receive(&PUSH.sign(&claims)).await;
    assert!(matches!(read, Ok(Received::About(_))));
}

#[tokio::test]
async fn words_in_texts_stay_as_they_are_where_flags_are_not_json() {
    let scene = Scene::set().await;
    let odd = json!({"transactionId": "False-A\"B\\", "isFreeTrial": "FLAG"});
    let text = message("Sale", &odd)
        .to_string()
        .replace("\"FLAG\"", "False");
    let read = scene.receive(&PUSH.sign(&claims(&text, &json!({})))).await;
    let Ok(Received::About(about)) = read else {
        panic!("{read:?}");
    };
    assert_eq!(about.locator.details["toldTransactionId"], "False-A\"B\\");
}
