//! Notifications that no action causes, genuine and forged.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};
use store_simulator::roku::{Alphabet, CustomPush, Damage, SignWith};

use crate::{receiver::Received, scene::Scene};

fn header(received: &Received) -> Value {
    let header = received.text().split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

#[tokio::test]
async fn any_type_can_be_told_of_any_transaction() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let keys = scene.keys().await;
    let custom = CustomPush::of_type("CancellationOfferIntiated", id.as_str());
    let misspelt = scene.pushed(&custom).await;
    assert!(misspelt.verified(&keys).is_ok());
    let message = misspelt.message();
    assert_eq!(message["transactionType"], "CancellationOfferIntiated");
    assert_eq!(message["originalTransactionId"], json!(id));
    assert_eq!(message["channelId"], "712345");

    let unknown = scene
        .pushed(&CustomPush::of_type("Sale", "unheard-of"))
        .await;
    let message = unknown.message();
    assert_eq!(message["transactionId"], "unheard-of");
    assert_eq!(message["transactionType"], "Sale");
}

#[tokio::test]
async fn members_of_a_message_can_differ_or_be_missing() {
    let (scene, purchase) = Scene::bought().await;
    let custom = CustomPush::of_type("Sale", purchase.transaction_id.as_str())
        .with_field("channelId", json!("999999"))
        .with_field("isFreeTrial", json!("False"))
        .with_field("productName", Value::Null);
    let message = scene.pushed(&custom).await.message();
    assert_eq!(message["channelId"], "999999");
    assert_eq!(message["isFreeTrial"], "False");
    assert!(message.get("productName").is_none());
    assert_eq!(message["total"], 9.71);
}

#[tokio::test]
async fn messages_bodies_and_keys_can_be_given() {
    let scene = Scene::set().await;
    let raw = json!({"a": 1});
    let received = scene
        .pushed(&CustomPush::raw(raw.clone()).with_key("k-1"))
        .await;
    assert_eq!(received.message(), raw);
    assert_eq!(received.claims()["x-Roku-message-key"], "k-1");
    let standard = CustomPush::text("hello").in_alphabet(Alphabet::Standard);
    let claims = scene.pushed(&standard).await.claims();
    assert_eq!(claims["x-Roku-message"], "aGVsbG8=");
    let unsigned = json!({"transactionType": "Sale"});
    let custom = CustomPush::body(unsigned.to_string());
    assert_eq!(scene.pushed(&custom).await.json(), unsigned);
}

#[tokio::test]
async fn messages_can_be_of_other_types() {
    let scene = Scene::set().await;
    let keys = scene.keys().await;
    for (custom, message_type) in [
        (
            CustomPush::invalidate_public_keys(),
            "roku.invalidate_public_keys",
        ),
        (
            CustomPush::of_message_type("roku.unheard-of"),
            "roku.unheard-of",
        ),
    ] {
        let sent = scene.store.notify(&custom).await.unwrap();
        assert_eq!(sent.kind, message_type);
        scene.settle().await;
        let received = scene.receiver.received().pop().unwrap();
        let claims = received.verified(&keys).unwrap();
        assert_eq!(claims["x-Roku-message-type"], message_type);
    }
}

#[tokio::test]
async fn claims_can_differ_or_be_missing() {
    let scene = Scene::set().await;
    let keys = scene.keys().await;
    let now = Timestamp::now().as_second();
    for (claim, value) in [
        ("iss", json!("somebody else")),
        ("iss", Value::Null),
        ("exp", json!(now - 5 * 86_400)),
        ("nbf", json!(now + 3_600)),
    ] {
        let custom = CustomPush::text("hello").with_claim(claim, value.clone());
        let received = scene.pushed(&custom).await;
        let shown = received.claims().get(claim).cloned();
        assert_eq!(shown.unwrap_or_default(), value);
        assert!(received.verified(&keys).is_err(), "{claim} {value}");
    }
}

#[tokio::test]
async fn headers_can_differ_or_be_missing() {
    let scene = Scene::set().await;
    let without = scene.pushed(&CustomPush::text("hello").without_kid()).await;
    assert_eq!(header(&without), json!({"typ": "JWT", "alg": "RS256"}));
    let jku = json!("https://keys.example.com/jwks.json");
    let custom = CustomPush::text("hello").with_header("jku", jku.clone());
    assert_eq!(header(&scene.pushed(&custom).await)["jku"], jku);
}

#[tokio::test]
async fn nobody_but_the_store_signs_rightly() {
    let scene = Scene::set().await;
    let keys = scene.keys().await;
    let right = scene.pushed(&CustomPush::text("hello")).await;
    assert!(right.verified(&keys).is_ok());
    let kid = right.kid();
    for (sign_with, algorithm, known) in [
        (SignWith::UnknownKey, "RS256", false),
        (SignWith::TestKey, "RS256", false),
        (SignWith::LinkedKey, "RS256", false),
        (SignWith::WrongKey, "RS256", true),
        (SignWith::EmbeddedKey, "RS256", true),
        (SignWith::Hs256, "HS256", true),
        (SignWith::Rs512, "RS512", true),
        (SignWith::None, "none", true),
    ] {
        let custom = CustomPush::text("hello").signed_with(sign_with);
        let forged = scene.pushed(&custom).await;
        assert!(forged.verified(&keys).is_err(), "{sign_with:?}");
        let header = header(&forged);
        assert_eq!(header["alg"], algorithm);
        assert_eq!(header["kid"] == kid, known, "{sign_with:?}");
        let unsigned = forged.text().ends_with('.');
        assert_eq!(unsigned, sign_with == SignWith::None);
    }
}

#[tokio::test]
async fn who_takes_the_public_key_for_a_secret_is_fooled() {
    let scene = Scene::set().await;
    let keys = scene.keys().await;
    let custom = CustomPush::text("hello").signed_with(SignWith::Hs256);
    let forged = scene.pushed(&custom).await;
    let key = keys.find(&forged.kid()).unwrap();
    let pem = pem_of(&serde_json::to_value(key).unwrap());
    let secret = jsonwebtoken::DecodingKey::from_secret(pem.as_bytes());
    let validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    assert!(jsonwebtoken::decode::<Value>(forged.text(), &secret, &validation).is_ok());
}

/// Encodes the key as the public key of a certificate in PEM, assembled by hand.
fn pem_of(jwk: &Value) -> String {
    use base64::engine::general_purpose::STANDARD;
    let number = |name: &str| {
        let text = jwk[name].as_str().unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        if bytes[0] >= 0x80 {
            bytes.insert(0, 0);
        }
        element(0x02, &bytes)
    };
    let rsa = element(0x30, &[number("n"), number("e")].concat());
    let algorithm = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    let bits = element(0x03, &[&[0], &rsa[..]].concat());
    let text = STANDARD.encode(element(0x30, &[&algorithm[..], &bits].concat()));
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let body = lines.join("\n");
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut element = vec![tag];
    if content.len() >= 0x80 {
        element.push(0x80 + u8::try_from(length.len()).unwrap());
    }
    element.extend(length);
    element.extend(content);
    element
}

#[tokio::test]
async fn forged_keys_are_where_forged_headers_say() {
    let scene = Scene::set().await;
    let linked = CustomPush::text("hello").signed_with(SignWith::LinkedKey);
    let linked = scene.pushed(&linked).await;
    assert_eq!(header(&linked)["jku"], scene.store.forged_jwks_url());
    assert_eq!(scene.store.calls().await.unwrap().forged_jwks, 0);
    let forged = scene.get(&scene.store.forged_jwks_url()).await;
    let forged: JwkSet = forged.json().await.unwrap();
    assert!(linked.verified(&forged).is_ok());
    assert_eq!(scene.store.calls().await.unwrap().forged_jwks, 1);

    let embedded = CustomPush::text("hello").signed_with(SignWith::EmbeddedKey);
    let embedded = scene.pushed(&embedded).await;
    let mut jwk = header(&embedded)["jwk"].clone();
    jwk["kid"] = json!(embedded.kid());
    let set: JwkSet = serde_json::from_value(json!({"keys": [jwk]})).unwrap();
    assert!(embedded.verified(&set).is_ok());
}

#[tokio::test]
async fn notifications_can_be_broken() {
    let scene = Scene::set().await;
    let keys = scene.keys().await;
    let broken = async |damage| {
        let custom = CustomPush::raw(json!({"a": "b"})).damaged(damage);
        scene.pushed(&custom).await
    };
    let parts = |received: &Received| received.text().split('.').count();
    assert_eq!(parts(&broken(Damage::TwoParts).await), 2);
    assert_eq!(parts(&broken(Damage::FourParts).await), 4);
    let claims = broken(Damage::BrokenBase64).await;
    let claims = claims.text().split('.').nth(1).unwrap().to_owned();
    assert!(URL_SAFE_NO_PAD.decode(claims).is_err());
    assert!(
        broken(Damage::BrokenSignature)
            .await
            .verified(&keys)
            .is_err()
    );

    let message = broken(Damage::BrokenMessage).await.verified(&keys).unwrap();
    let message = message["x-Roku-message"].as_str().unwrap().to_owned();
    assert!(URL_SAFE_NO_PAD.decode(message).is_err());
    let cut = broken(Damage::NotJson).await.verified(&keys).unwrap();
    let cut = URL_SAFE_NO_PAD.decode(cut["x-Roku-message"].as_str().unwrap());
    assert!(serde_json::from_slice::<Value>(&cut.unwrap()).is_err());
}
