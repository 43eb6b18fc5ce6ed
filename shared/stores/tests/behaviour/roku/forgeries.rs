//! What others could send in Roku's name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use serde_json::{Value, json};
use store_simulator::roku::{CustomPush, Damage, SignWith};

/// The message in this body, signed by everybody but Roku, or saying what Roku doesn't say.
pub(super) fn of(body: &[u8]) -> Vec<CustomPush> {
    let push = CustomPush::raw(message(body));
    let by = |signer| push.clone().signed_with(signer);
    let broken = |damage| push.clone().damaged(damage);
    let saying = |claim: &str, value: Value| push.clone().with_claim(claim, value);
    let (day, now) = (24 * 3600, Timestamp::now().as_second());
    vec![
        by(SignWith::UnknownKey),
        by(SignWith::WrongKey),
        by(SignWith::TestKey),
        by(SignWith::Hs256),
        by(SignWith::None),
        by(SignWith::Rs512),
        by(SignWith::LinkedKey),
        by(SignWith::EmbeddedKey),
        push.clone().without_kid(),
        push.clone()
            .with_header("jku", json!("https://keys.example.com/partner-jwks.json")),
        broken(Damage::TwoParts),
        broken(Damage::FourParts),
        broken(Damage::BrokenBase64),
        broken(Damage::BrokenSignature),
        saying("iss", json!("Somebody, Inc.")),
        saying("iss", Value::Null),
        saying("exp", json!(now - 5 * day)),
        saying("exp", Value::Null),
        saying("nbf", json!(now + day)),
        CustomPush::body(message(body).to_string()),
    ]
}

fn message(body: &[u8]) -> Value {
    let body = std::str::from_utf8(body).unwrap();
    let decoded = |text: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    let claims = decoded(body.split('.').nth(1).unwrap());
    decoded(claims["x-Roku-message"].as_str().unwrap())
}
