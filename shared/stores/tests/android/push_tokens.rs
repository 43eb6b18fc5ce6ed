//! Which push tokens are believed.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use stores::{NotificationError, Received};

use crate::google::Call;
use crate::keys::{NEXT_PUSH, PUSH};
use crate::scene::{Scene, bearer, claims, now, renewed};

type Read = Result<Received, NotificationError>;

async fn receive(headers: &[(String, String)]) -> Read {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let body = renewed().to_string();
    let read = config.read_notification(&scene.context, headers, body.as_bytes(), now());
    read.await.map(|accepted| accepted.received)
}

async fn receive_signed(changes: &Value) -> Read {
    receive(&bearer(&PUSH.sign(&claims(changes)))).await
}

#[tokio::test]
async fn googles_token_is_believed_with_both_spellings_of_its_name() {
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        let read = receive_signed(&json!({ "iss": issuer })).await;
        assert!(matches!(read, Ok(Received::About(_))), "{issuer}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute() {
    let now = now().as_second();
    for (changes, believed) in [
        (json!({"exp": now - 59}), true),
        (json!({"exp": now - 60}), false),
        (json!({"iat": now + 60}), true),
        (json!({"iat": now + 61}), false),
    ] {
        assert_eq!(
            receive_signed(&changes).await.is_ok(),
            believed,
            "{changes}"
        );
    }
}

#[tokio::test]
async fn a_token_that_says_anything_else_is_forged() {
    for changes in [
        json!({"iss": "https://accounts.example.com"}),
        json!({"iss": null}),
        json!({"aud": "https://api.example.com/other"}),
        json!({"aud": ["https://api.example.com/webhooks/google-play"]}),
        json!({"aud": null}),
        json!({"email": "play-push@other-prod.iam.gserviceaccount.com"}),
        json!({"email": null}),
        json!({"email_verified": false}),
        json!({"email_verified": "true"}),
        json!({"email_verified": null}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"iat": null}),
    ] {
        let read = receive_signed(&changes).await;
        assert_eq!(read, Err(NotificationError::Forged), "{changes}");
    }
}

#[tokio::test]
async fn a_token_that_google_did_not_sign_is_forged() {
    let valid = claims(&json!({}));
    let mut nameless = PUSH.header();
    nameless.kid = None;
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.kid = Some(PUSH.id.clone());
    let public = PUSH.public();
    let secret = EncodingKey::from_secret(public["n"].as_str().unwrap().as_bytes());
    let mut longer = Header::new(Algorithm::RS512);
    longer.kid = Some(PUSH.id.clone());
    let mut critical = PUSH.header();
    critical.crit = Some(vec!["exp".to_owned()]);
    let signed = PUSH.sign(&valid);
    let parts: Vec<&str> = signed.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwia2lkIjoicHVzaC0xIn0";
    let elsewhere = PUSH.sign(&claims(&json!({"aud": "x"})));
    let other_claims: Vec<&str> = elsewhere.split('.').collect();
    for (what, token) in [
        (
            "another key under a known id",
            NEXT_PUSH.sign_under(&PUSH.header(), &valid),
        ),
        ("no key id", PUSH.sign_under(&nameless, &valid)),
        (
            "a public key as a secret",
            jsonwebtoken::encode(&symmetric, &valid, &secret).unwrap(),
        ),
        ("another algorithm", PUSH.sign_under(&longer, &valid)),
        ("something critical", PUSH.sign_under(&critical, &valid)),
        ("no algorithm", format!("{none}.{}.", parts[1])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        (
            "other claims",
            format!("{}.{}.{}", parts[0], parts[1], other_claims[2]),
        ),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("no token", "token".to_owned()),
        ("nothing", String::new()),
    ] {
        let read = receive(&bearer(&token)).await;
        assert_eq!(read, Err(NotificationError::Forged), "{what}");
    }
}

#[tokio::test]
async fn a_notification_without_a_bearer_token_is_forged_and_asks_nobody() {
    let token = PUSH.sign(&claims(&json!({})));
    let header = |name: &str, value: String| vec![(name.to_owned(), value)];
    for headers in [
        vec![],
        header("authorization", token.clone()),
        header("authorization", format!("Basic {token}")),
        header("x-authorization", format!("Bearer {token}")),
    ] {
        let read = receive(&headers).await;
        assert_eq!(read, Err(NotificationError::Forged), "{headers:?}");
    }
    for name in ["authorization", "AUTHORIZATION"] {
        assert!(
            receive(&header(name, format!("bearer {token}")))
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn without_a_configured_sender_every_notification_is_forged() {
    let scene = Scene::set().await;
    let nobody = json!({"pushAudience": null, "pushServiceAccount": null});
    let config = scene.config(&nobody);
    let headers = bearer(&PUSH.sign(&claims(&json!({}))));
    let body = renewed().to_string();
    let read = config.read_notification(&scene.context, &headers, body.as_bytes(), now());
    assert_eq!(read.await, Err(NotificationError::Forged));
    assert_eq!(scene.google.count(Call::Keys), 0);
}

#[tokio::test]
async fn what_is_not_proven_is_not_read() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let forged = bearer(&NEXT_PUSH.sign_under(&PUSH.header(), &claims(&json!({}))));
    let read = config.read_notification(&scene.context, &forged, b"no json", now());
    assert_eq!(read.await, Err(NotificationError::Forged));
}
