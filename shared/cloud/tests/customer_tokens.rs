//! Customers' tokens: what is believed, and by which keys.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::jwt::{claimed_broadcaster, verify};
use domain::BroadcasterId;
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

const TEN_YEARS: i64 = 10 * 366 * 86_400;

struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    /// The public key, as a member of a JWK set.
    fn public(&self) -> Value {
        let point = self.0.public_key().as_ref();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "kid": "k1", "x": part(&point[1..33]), "y": part(&point[33..])})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes());
        format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature.unwrap().as_ref())
        )
    }

    /// A valid token with these members changed in header and claims.
    fn token(&self, header: &Value, claims: &Value) -> String {
        let valid = json!({"publisherId": 7, "customerId": 1, "exp": now() + 60});
        let (mut full_header, mut full_claims) = (json!({"alg": "ES256", "kid": "k1"}), valid);
        for (full, changes) in [(&mut full_header, header), (&mut full_claims, claims)] {
            for (name, value) in changes.as_object().unwrap() {
                full[name] = value.clone();
            }
        }
        self.sign(&full_header, &full_claims)
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn keys(keys: &[Value]) -> JwkSet {
    serde_json::from_value(json!({ "keys": keys })).unwrap()
}

/// Whether a token is believed by a broadcaster that accepts this audience.
fn believed(keys: &JwkSet, token: &str, audience: Option<&str>) -> bool {
    claimed_broadcaster(token)
        .and_then(|claimed| verify(token, keys, &claimed, audience))
        .is_ok_and(|customer| customer.as_str() == "1")
}

#[test]
fn a_token_is_believed_by_the_key_that_signed_it_alone() {
    let (signer, other) = (Signer::new(), Signer::new());
    let token = signer.token(&json!({}), &json!({}));
    assert!(believed(
        &keys(&[other.public(), signer.public()]),
        &token,
        None
    ));
    assert!(!believed(&keys(&[other.public()]), &token, None));
}

/// A header that its maker calls critical, and that nobody here understands (RFC 7515, 4.1.11).
#[test]
fn what_is_critical_is_not_understood() {
    let signer = Signer::new();
    let keys = keys(&[signer.public()]);
    for header in [
        json!({"crit": ["urn:example:scope"], "urn:example:scope": "read"}),
        json!({"crit": ["exp"]}),
        json!({"crit": []}),
        json!({"crit": "exp"}),
        json!({"crit": ["b64"], "b64": false}),
    ] {
        let token = signer.token(&header, &json!({}));
        assert!(!believed(&keys, &token, None), "{header}");
        let us = BroadcasterId::new("7").unwrap();
        assert!(verify(&token, &keys, &us, None).is_err(), "{header}");
    }
}

#[test]
fn a_token_ends_within_ten_years() {
    let signer = Signer::new();
    let keys = keys(&[signer.public()]);
    for (exp, right) in [
        (json!(now() + TEN_YEARS - 10), true),
        (json!(now() + TEN_YEARS + 10), false),
        (json!((now() + 60) * 1000), false),
        (json!(1e300), false),
        (json!(u64::MAX), false),
        (json!(now() - 59), true),
        (json!(now() - 62), false),
        (json!(-1), false),
        (json!("4102444800"), false),
        (json!(null), false),
    ] {
        let token = signer.token(&json!({}), &json!({ "exp": exp }));
        assert_eq!(believed(&keys, &token, None), right, "{exp}");
    }
}

#[test]
fn the_audience_counts_where_the_broadcaster_pins_one() {
    let signer = Signer::new();
    let keys = keys(&[signer.public()]);
    for (aud, pinned, free) in [
        (json!("tv.example.com"), true, true),
        (json!(["other", "tv.example.com"]), true, true),
        (json!("other"), false, true),
        (json!(["other"]), false, true),
        (json!(null), false, true),
        (json!(7), false, true),
    ] {
        let token = signer.token(&json!({}), &json!({ "aud": aud }));
        assert_eq!(
            believed(&keys, &token, Some("tv.example.com")),
            pinned,
            "{aud}"
        );
        assert_eq!(believed(&keys, &token, None), free, "{aud}");
    }
    let without = signer.token(&json!({}), &json!({}));
    assert!(!believed(&keys, &without, Some("tv.example.com")));
}

/// Keys that a version stored which did not look at what they are for.
#[test]
fn a_stored_key_that_is_meant_for_something_else_verifies_nothing() {
    let signer = Signer::new();
    let token = signer.token(&json!({}), &json!({}));
    for (changes, right) in [
        (
            json!({"use": "sig", "key_ops": ["verify"], "alg": "ES256"}),
            true,
        ),
        (json!({"use": "enc"}), false),
        (json!({"use": "tls"}), false),
        (json!({"key_ops": ["sign"]}), false),
        (json!({"alg": "ES384"}), false),
        (json!({"alg": "EdDSA"}), false),
        (json!({"alg": "ECDH-ES"}), false),
    ] {
        let mut key = signer.public();
        for (name, value) in changes.as_object().unwrap() {
            key[name] = value.clone();
        }
        assert_eq!(believed(&keys(&[key]), &token, None), right, "{changes}");
    }
}

/// A point whose coordinate was written as a signed number.
#[test]
fn a_stored_key_with_a_zero_octet_too_many_verifies() {
    let signer = Signer::new();
    let mut key = signer.public();
    let x = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    key["x"] = json!(URL_SAFE_NO_PAD.encode([&[0], x.as_slice()].concat()));
    let token = signer.token(&json!({}), &json!({}));
    assert!(believed(&keys(&[key]), &token, None));
}
