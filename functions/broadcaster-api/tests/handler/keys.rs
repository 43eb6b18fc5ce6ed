//! Keys of customers' tokens: what is accepted can verify, what can't is refused.

use cloud::broadcasters::Broadcasters;
use cloud::jwt;
use domain::BroadcasterId;
use in_process_aws::{BROADCASTER, event};
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

use crate::{call, started, with_body};

/// Public keys of several kinds, and a token that the first one's owner signed.
fn fixture(name: &str) -> Value {
    let fixtures: Value = serde_json::from_str(include_str!("keys.json")).unwrap();
    fixtures[name].clone()
}

fn with(mut key: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        key[name] = value.clone();
    }
    key
}

#[tokio::test]
async fn a_private_key_or_none_at_all_is_no_key_set() {
    let (_aws, api) = started().await;
    let symmetric = json!({"keys": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}]});
    for body in [symmetric, json!({"keys": []}), json!({})] {
        let (status, answer) = with_body(&api, "put-jwks", &body).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!("REQ0001")),
            "{body}"
        );
    }
    let (status, answer) = call(&api, "put-jwks").await;
    assert_eq!((status, answer), (200, json!({"keyIds": ["synthetic"]})));
}

#[tokio::test]
async fn a_key_with_a_sign_octet_or_padding_is_stored_in_the_form_that_verifies() {
    let (aws, api) = started().await;
    let key = fixture("signOctet");
    let padded = with(
        fixture("rsa"),
        &json!({"n": format!("{}=", key["n"].as_str().unwrap()), "e": "AAEAAQ=="}),
    );
    let broadcaster = BroadcasterId::new(BROADCASTER).unwrap();
    let token = fixture("token");
    for key in [key, padded] {
        let (status, body) = with_body(&api, "put-jwks", &json!({"keys": [key]})).await;
        assert_eq!(status, 200, "{body}");
        let table = Broadcasters::from_environment(&aws.aws()).unwrap();
        let keys = table.keys(&broadcaster).await.unwrap().unwrap();
        let stored = serde_json::to_value(&keys).unwrap();
        assert_eq!(stored["keys"][0]["n"], fixture("rsa")["n"]);
        assert_eq!(stored["keys"][0]["e"], "AQAB");
        // The token ends in 2100: only its signature and the stored form matter here.
        let header = jsonwebtoken::decode_header(token.as_str().unwrap()).unwrap();
        let decoding = jsonwebtoken::DecodingKey::from_jwk(&keys.keys[0]).unwrap();
        let mut validation = jsonwebtoken::Validation::new(header.alg);
        validation.validate_exp = false;
        let read = jsonwebtoken::decode::<Value>(token.as_str().unwrap(), &decoding, &validation);
        assert_eq!(read.unwrap().claims["customerId"], 300_200_100);
    }
}

#[tokio::test]
async fn a_key_that_can_verify_nothing_is_refused_with_its_position_and_rule() {
    let (aws, api) = started().await;
    let (rsa, ec, ed) = (fixture("rsa"), fixture("ec"), fixture("edOf31Bytes"));
    let modulus = "must have a modulus (n) of 2048 to 8192 bits";
    let exponent = "must have an odd exponent (e) of 65537 or more, at most 33 bits";
    let point = "must have an x and a y that are a point on P-256";
    let alg = "must have an alg that fits it and is accepted: RS256, PS256, ES256 or EdDSA";
    let purpose = "must have no use but sig";
    let edwards = "must have an x that is a point on Ed25519, not one of small order";
    let ed_of = |x: &str| with(ed.clone(), &json!({"x": x}));
    let kind = "must be a public RSA, EC P-256 or Ed25519 key";
    for (key, rule) in [
        (fixture("short"), modulus),
        (with(rsa.clone(), &json!({"n": ""})), modulus),
        (with(rsa.clone(), &json!({"e": ""})), exponent),
        (with(rsa.clone(), &json!({"e": "AQ"})), exponent),
        (with(rsa.clone(), &json!({"e": "Aw"})), exponent),
        (with(rsa.clone(), &json!({"e": "AQAA"})), exponent),
        (with(rsa.clone(), &json!({"e": "AQABAAAB"})), exponent),
        (
            with(rsa.clone(), &json!({"n": "not base64url!"})),
            "must have its numbers in base64url",
        ),
        (with(ec.clone(), &json!({"y": ec["x"]})), point),
        (with(ec.clone(), &json!({"y": rsa["n"]})), point),
        (with(ec.clone(), &json!({"crv": "P-384"})), kind),
        (with(ec.clone(), &json!({"crv": "secp256k1"})), kind),
        (ed.clone(), "must have an x of 32 bytes, as Ed25519 has"),
        // No point has a y of 2 or 7.
        (
            ed_of("AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            edwards,
        ),
        (
            ed_of("BwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            edwards,
        ),
        // The points of order 1, 2 and 4 hold with signatures that nobody has made.
        (
            ed_of("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            edwards,
        ),
        (
            ed_of("7P_______________________________________38"),
            edwards,
        ),
        (
            ed_of("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            edwards,
        ),
        (with(rsa.clone(), &json!({"alg": "RS512"})), alg),
        (with(rsa.clone(), &json!({"alg": "ES256"})), alg),
        (with(rsa.clone(), &json!({"alg": "something"})), alg),
        (with(ec.clone(), &json!({"alg": "ES384"})), alg),
        (
            with(rsa.clone(), &json!({"use": "enc", "alg": "RSA-OAEP"})),
            purpose,
        ),
        (
            with(rsa.clone(), &json!({"key_ops": ["encrypt"]})),
            "must have verify among its key_ops",
        ),
    ] {
        let body = json!({"keys": [ec, key]});
        let (status, answer) = with_body(&api, "put-jwks", &body).await;
        assert_eq!(status, 400, "{key}: {answer}");
        assert_eq!(answer["message"], format!("keys[1] {rule}"), "{key}");
    }
    let broadcaster = BroadcasterId::new(BROADCASTER).unwrap();
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let kept: JwkSet = table.keys(&broadcaster).await.unwrap().unwrap();
    let token = event("customer-api/get-entitlements")["headers"]["authorization"].clone();
    let token = token.as_str().unwrap().strip_prefix("Bearer ").unwrap();
    assert!(jwt::verify(token, &kept, &broadcaster, None).is_ok());
}

#[tokio::test]
async fn a_key_that_says_what_it_is_for_is_accepted() {
    let (_aws, api) = started().await;
    for changes in [
        json!({"use": "sig", "key_ops": ["verify"], "alg": "PS256"}),
        json!({"alg": "RS256"}),
        json!({"kid": null}),
    ] {
        let key = with(fixture("rsa"), &changes);
        let (status, body) = with_body(&api, "put-jwks", &json!({"keys": [key]})).await;
        assert_eq!(status, 200, "{changes}: {body}");
    }
}

#[tokio::test]
async fn a_point_of_large_order_is_a_key() {
    let (_aws, api) = started().await;
    // The first key of RFC 8032, 7.1.
    let key = with(
        fixture("edOf31Bytes"),
        &json!({"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
    );
    let (status, answer) = with_body(&api, "put-jwks", &json!({"keys": [key]})).await;
    assert_eq!(status, 200, "{answer}");
}
