//! Which notifications are believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use stores::{NotificationError, Received};

use crate::json::changed;
use crate::keys::{NEXT_PUSH, PUSH};
use crate::roku::KEYS;
use crate::scene::{ISSUER, Scene, claims_of, message, now, renewed};

type Read = Result<Received, NotificationError>;

fn valid() -> Value {
    claims_of(&message("Sale", &json!({})))
}

async fn receive(body: &str) -> Read {
    Scene::set().await.receive(body).await
}

async fn receive_saying(changes: &Value) -> Read {
    receive(&PUSH.sign(&changed(valid(), changes))).await
}

const FORGED: Read = Err(NotificationError::Forged);

#[tokio::test]
async fn what_roku_signed_is_believed_with_space_around_it() {
    for body in [renewed(), format!("\r\n{} \n", renewed())] {
        assert!(matches!(receive(&body).await, Ok(Received::About(_))));
    }
}

#[tokio::test]
async fn only_roku_itself_is_believed() {
    for issuer in [
        json!("Roku, Inc."),
        json!(format!("{ISSUER} ")),
        json!(ISSUER.to_lowercase()),
        json!([ISSUER]),
        json!(null),
    ] {
        assert_eq!(
            receive_saying(&json!({ "iss": issuer })).await,
            FORGED,
            "{issuer}"
        );
    }
}

#[tokio::test]
async fn what_is_not_yet_valid_is_forged() {
    let now = now().as_second();
    for (begins_at, believed) in [
        (json!(now + 60), true),
        (json!(now + 61), false),
        (json!(null), false),
        (json!("x"), false),
    ] {
        let read = receive_saying(&json!({ "nbf": begins_at })).await;
        assert_eq!(read.is_ok(), believed, "{begins_at}");
    }
}

#[tokio::test]
async fn what_has_expired_counts_for_four_days_more() {
    let now = now().as_second();
    let days = 4 * 24 * 3600;
    for (ends_at, believed) in [
        (json!(now), true),
        (json!(now - days + 1), true),
        (json!(now - days), false),
        (json!(null), false),
        (json!("soon"), false),
        (json!(1.5), false),
    ] {
        let read = receive_saying(&json!({ "exp": ends_at })).await;
        assert_eq!(read.is_ok(), believed, "{ends_at}");
    }
}

#[tokio::test]
async fn how_long_it_counts_can_be_set() {
    let scene = Scene::set().await;
    let ends_at = now().as_second();
    let body = PUSH.sign(&changed(valid(), &json!({ "exp": ends_at })));
    for (seconds, after, believed) in [
        (0, 59, true),
        (0, 60, false),
        (600, 599, true),
        (600, 600, false),
        (7_776_000, 7_775_999, true),
    ] {
        let config = scene.config(&json!({ "expiredAfterSeconds": seconds }));
        let time = Timestamp::from_second(ends_at + after).unwrap();
        let read = scene.receive_by(&config, &body, time).await;
        assert_eq!(read.is_ok(), believed, "{seconds} {after}");
    }
}

#[tokio::test]
async fn what_roku_did_not_sign_is_forged() {
    let public = PUSH.public();
    let secret = EncodingKey::from_secret(public["n"].as_str().unwrap().as_bytes());
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.kid = Some(PUSH.id.clone());
    let signed = PUSH.sign(&valid());
    let parts: Vec<&str> = signed.split('.').collect();
    let none = json!({"alg": "none", "kid": PUSH.id}).to_string();
    let none = URL_SAFE_NO_PAD.encode(none);
    let elsewhere = PUSH.sign(&claims_of(&message("Refund", &json!({}))));
    let other: Vec<&str> = elsewhere.split('.').collect();
    let (mut flipped, at) = (signed.clone().into_bytes(), signed.len() - 20);
    flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
    for (what, body) in [
        (
            "another key under a known id",
            NEXT_PUSH.sign_under(&json!({"kid": PUSH.id}), &valid()),
        ),
        (
            "something critical",
            PUSH.sign_under(&json!({"crit": ["exp"]}), &valid()),
        ),
        ("a key that is not published", NEXT_PUSH.sign(&valid())),
        (
            "no key id",
            PUSH.sign_under(&json!({"kid": null}), &valid()),
        ),
        (
            "an empty key id",
            PUSH.sign_under(&json!({"kid": ""}), &valid()),
        ),
        (
            "a key id that is no text",
            PUSH.sign_under(&json!({"kid": 7}), &valid()),
        ),
        (
            "a public key as a secret",
            jsonwebtoken::encode(&symmetric, &valid(), &secret).unwrap(),
        ),
        (
            "another algorithm, rightly",
            PUSH.sign_by(Algorithm::RS512, &valid()),
        ),
        (
            "another algorithm in name",
            PUSH.sign_under(&json!({"alg": "RS384"}), &valid()),
        ),
        ("no algorithm", format!("{none}.{}.", parts[1])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("a broken signature", String::from_utf8(flipped).unwrap()),
        (
            "other claims",
            format!("{}.{}.{}", parts[0], other[1], parts[2]),
        ),
        (
            "claims that are no JSON",
            format!("{}.e30x.{}", parts[0], parts[2]),
        ),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{signed}.{}", parts[2])),
        (
            "the older form, unsigned",
            message("Sale", &json!({})).to_string(),
        ),
        ("no signature at all", "hello".to_owned()),
        ("nothing", String::new()),
    ] {
        assert_eq!(receive(&body).await, FORGED, "{what}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_forged() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let read = config.read_notification(&scene.context, &[], &[0xFF, b'.', b'.'], now());
    let read = read.await.map(|accepted| accepted.received);
    assert_eq!(read, FORGED);
}

#[tokio::test]
async fn a_header_that_names_another_address_of_keys_is_refused() {
    let scene = Scene::set().await;
    let own = format!("{}{KEYS}", scene.roku.address);
    for name in ["jku", "x5u"] {
        let elsewhere = json!({ name: "https://keys.example.com/partner-jwks.json" });
        let body = PUSH.sign_under(&elsewhere, &valid());
        assert_eq!(scene.receive(&body).await, FORGED);
        let body = PUSH.sign_under(&json!({ name: own }), &valid());
        assert!(scene.receive(&body).await.is_ok());
    }
}

#[tokio::test]
async fn a_key_in_the_header_is_not_used() {
    let scene = Scene::set().await;
    let embedded = json!({"jwk": NEXT_PUSH.public(), "kid": PUSH.id});
    let body = NEXT_PUSH.sign_under(&embedded, &valid());
    assert_eq!(scene.receive(&body).await, FORGED);
    let linked = json!({"jku": format!("{}/forged.json", scene.roku.address)});
    scene
        .roku
        .replies("/forged.json", crate::roku::Reply::keys(&[&NEXT_PUSH]));
    assert_eq!(
        scene
            .receive(&NEXT_PUSH.sign_under(&linked, &valid()))
            .await,
        FORGED
    );
    assert!(!scene.roku.asked().iter().any(|path| path == "/forged.json"));
}

#[tokio::test]
async fn what_is_not_proven_is_not_read() {
    let scene = Scene::set().await;
    let broken = changed(valid(), &json!({"x-Roku-message": "no base64!"}));
    let body = NEXT_PUSH.sign_under(&json!({"kid": PUSH.id}), &broken);
    assert_eq!(scene.receive(&body).await, FORGED);
}
