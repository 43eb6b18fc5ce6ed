//! Access tokens for the service account.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::scene::{Scene, parts};

#[tokio::test]
async fn the_key_file_is_shaped_as_documented() {
    let scene = Scene::set().await;
    let file = scene.store.service_account().await.unwrap();
    assert_eq!(file["type"], "service_account");
    assert_eq!(file["token_uri"], scene.store.token_url());
    assert_eq!(file["universe_domain"], "googleapis.com");
    let email = file["client_email"].as_str().unwrap();
    assert_eq!(
        email,
        "play-api@com-example-streaming.iam.gserviceaccount.com"
    );
    let pem = file["private_key"].as_str().unwrap();
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(pem.ends_with("-----END PRIVATE KEY-----\n"));
}

#[tokio::test]
async fn a_right_assertion_gets_a_token_that_opens_the_api() {
    let (scene, purchase) = Scene::bought().await;
    let (status, answer) = parts(scene.ask_for_token(&json!({})).await).await;
    assert_eq!(status, 200);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3_599);
    let path = format!(
        "/purchases/subscriptionsv2/tokens/{}",
        &*purchase.purchase_token
    );
    let request = scene.http.get(scene.url(&path));
    let request = request.bearer_auth(answer["access_token"].as_str().unwrap());
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(scene.store.calls().await.unwrap().grants, 1);
}

#[tokio::test]
async fn each_wrong_claim_is_refused() {
    let scene = Scene::set().await;
    let now = Timestamp::now().as_second();
    let wrong = [
        (json!({"iss": "other@example.com"}), "invalid_grant"),
        (
            json!({"aud": "https://oauth2.googleapis.com/token"}),
            "invalid_grant",
        ),
        (json!({"exp": now + 3_602}), "invalid_grant"),
        (
            json!({"iat": now - 7_200, "exp": now - 3_600}),
            "invalid_grant",
        ),
        (
            json!({"iat": now + 3_600, "exp": now + 7_200}),
            "invalid_grant",
        ),
        (json!({"iat": null}), "invalid_grant"),
        (
            json!({"scope": "https://www.googleapis.com/auth/drive"}),
            "invalid_scope",
        ),
    ];
    for (changes, error) in wrong {
        let (status, answer) = parts(scene.ask_for_token(&changes).await).await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!(error)),
            "{changes}"
        );
        assert!(answer.get("access_token").is_none());
    }
    let calls = scene.store.calls().await.unwrap();
    assert_eq!((calls.grants, calls.refused_grants), (0, 6));
}

#[tokio::test]
async fn the_signature_counts() {
    let scene = Scene::set().await;
    let file = scene.store.service_account().await.unwrap();
    let claims = json!({"iss": file["client_email"], "aud": file["token_uri"]});
    let secret = EncodingKey::from_secret(b"a secret");
    let hmac = encode(&Header::new(Algorithm::HS256), &claims, &secret).unwrap();
    let right = scene.ask_for_token(&json!({})).await;
    assert_eq!(right.status(), 200);
    for assertion in [hmac.as_str(), "no.token", ""] {
        let (status, answer) = parts(scene.ask_with(assertion).await).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    }
}

#[tokio::test]
async fn another_kind_of_grant_is_unknown() {
    let scene = Scene::set().await;
    let request = scene.http.post(scene.store.token_url());
    let request = request.body("grant_type=client_credentials");
    let (status, answer) = parts(request.send().await.unwrap()).await;
    assert_eq!(status, 400);
    assert_eq!(answer["error"], "unsupported_grant_type");
}

#[tokio::test]
async fn the_address_of_tokens_is_configurable() {
    let scene = Scene::set().await;
    let changes = json!({"tokenUri": "https://oauth2.example.com/token"});
    scene.store.reconfigure(&changes).await.unwrap();
    let file = scene.store.service_account().await.unwrap();
    assert_eq!(file["token_uri"], "https://oauth2.example.com/token");
    let answer: Value = scene.ask_for_token(&json!({})).await.json().await.unwrap();
    assert_eq!(answer["expires_in"], 3_599);
}

#[tokio::test]
async fn grants_can_be_refused_on_purpose() {
    let scene = Scene::set().await;
    let refusals = json!({"refusals": {"token": 503}});
    scene.store.reconfigure(&refusals).await.unwrap();
    assert_eq!(scene.ask_for_token(&json!({})).await.status(), 503);
    assert_eq!(scene.store.calls().await.unwrap().refused_grants, 1);
}
