//! Authorization of API calls.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use store_simulator::apple::model::Environment;

use crate::{BUNDLE, scene::Scene};

async fn status_with(scene: &Scene, id: &str, token: &str) -> u16 {
    let url = scene.url(Environment::Production, &format!("/v1/transactions/{id}"));
    let request = scene.http.get(url).bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn every_wrong_claim_is_refused() {
    let (scene, id) = Scene::bought().await;
    let now = Timestamp::now().as_second();
    let good = scene.token(&json!({}), &json!({})).await;
    assert_eq!(status_with(&scene, &id, &good).await, 200);
    let hour = scene
        .token(&json!({"exp": now + 3_600, "iat": now}), &json!({}))
        .await;
    assert_eq!(status_with(&scene, &id, &hour).await, 200);
    let wrong: [Value; 7] = [
        json!({"iss": "somebody else"}),
        json!({"aud": "appstoreconnect-v2"}),
        json!({"bid": "com.example.other"}),
        json!({"bid": null}),
        json!({"exp": now - 1}),
        json!({"exp": now + 3_700, "iat": now}),
        json!({"exp": now + 600, "iat": now + 300}),
    ];
    for claims in wrong {
        let token = scene.token(&claims, &json!({})).await;
        assert_eq!(status_with(&scene, &id, &token).await, 401, "{claims}");
    }
    let token = scene.token(&json!({}), &json!({"kid": "ABCDEFGHIJ"})).await;
    assert_eq!(status_with(&scene, &id, &token).await, 401);
}

#[tokio::test]
async fn another_algorithm_another_key_and_no_token_are_refused() {
    let (scene, id) = Scene::bought().await;
    let key = scene.store.api_key().await.unwrap();
    let now = Timestamp::now().as_second();
    let claims = json!({"iss": key.issuer_id, "iat": now, "exp": now + 300,
        "aud": "appstoreconnect-v1", "bid": BUNDLE});
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(key.key_id.clone());
    let symmetric = encode(&header, &claims, &EncodingKey::from_secret(b"secret")).unwrap();
    let old = scene.token(&json!({}), &json!({})).await;
    let newer = scene.store.rotate_api_key(true).await.unwrap();
    assert_ne!(newer.key_id, key.key_id);
    assert_eq!(status_with(&scene, &id, &old).await, 200);
    scene.store.rotate_api_key(false).await.unwrap();
    for token in [&symmetric, &old, "", "a.b.c"] {
        assert_eq!(status_with(&scene, &id, token).await, 401);
    }
}

#[tokio::test]
async fn a_refusal_is_a_line_of_text_and_is_counted() {
    let (scene, id) = Scene::bought().await;
    let token = scene.token(&json!({"iss": "x"}), &json!({})).await;
    let url = scene.url(Environment::Production, &format!("/v1/transactions/{id}"));
    let answer = scene.http.get(url).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.text().await.unwrap(), "Unauthenticated\n");
    let calls = scene.store.calls().await.unwrap();
    assert_eq!(calls.by_outcome["401"], 1);
}

#[tokio::test]
async fn the_key_is_not_in_debug_output() {
    let scene = Scene::set().await;
    let key = scene.store.api_key().await.unwrap();
    assert_eq!(key.key_id.len(), 10);
    assert!(!format!("{key:?}").contains("PRIVATE"));
}
