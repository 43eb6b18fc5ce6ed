//! What others could send in Google's name.

use domain::Timestamp;
use serde_json::{Value, json};
use store_simulator::android::{CustomPush, SignWith};

/// This body with every token that isn't Google's word for the configured sender and receiver.
pub(super) fn of(body: &[u8]) -> Vec<CustomPush> {
    let push = CustomPush {
        body: Some(String::from_utf8(body.to_vec()).unwrap()),
        ..CustomPush::default()
    };
    let by = |signer| push.clone().signed_with(signer);
    let saying = |claim: &str, value: Value| push.clone().with_claim(claim, value);
    let (hour, now) = (3600, Timestamp::now().as_second());
    vec![
        by(SignWith::UnknownKey),
        by(SignWith::WrongKey),
        by(SignWith::AlgNone),
        by(SignWith::None),
        saying("aud", json!("https://somebody.example/webhooks")),
        saying("email", json!("somebody@example.iam.gserviceaccount.com")),
        saying("email_verified", json!(false)),
        saying("iss", json!("https://accounts.example.com")),
        saying("exp", json!(now - hour)),
        saying("iat", json!(now + hour)),
    ]
}
