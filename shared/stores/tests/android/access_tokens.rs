//! How a service account gets access tokens, and how long they are kept.

use std::time::Duration;

use domain::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use stores::LookUpError;
use tokio::task::JoinSet;

use crate::google::{Call, Reply, grant};
use crate::json::changed;
use crate::keys::{ACCOUNT, OTHER_ACCOUNT};
use crate::scene::{CLIENT_EMAIL, Scene, key_file};

#[tokio::test]
async fn the_account_signs_who_asks_for_what() {
    let scene = Scene::set().await;
    scene.look().await.unwrap();
    let asked = scene.google.asked(Call::Token).remove(0);
    assert_eq!(asked.line, "POST /token");
    assert_eq!(
        asked.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let form: Vec<(String, String)> = url::form_urlencoded::parse(asked.body.as_bytes())
        .into_owned()
        .collect();
    let (names, values): (Vec<_>, Vec<_>) = form.into_iter().unzip();
    assert_eq!(names, ["grant_type", "assertion"]);
    assert_eq!(values[0], "urn:ietf:params:oauth:grant-type:jwt-bearer");

    let header = decode_header(&values[1]).unwrap();
    assert_eq!(
        (header.alg, header.kid.as_deref()),
        (Algorithm::RS256, Some("account-key"))
    );
    let mut validation = Validation::new(Algorithm::RS256);
    let audience = format!("{}/token", scene.google.address);
    validation.set_audience(&[&audience]);
    let key = public_key();
    let claims = decode::<Value>(&values[1], &key, &validation)
        .unwrap()
        .claims;
    assert_eq!(claims["iss"], CLIENT_EMAIL);
    assert_eq!(
        claims["scope"],
        "https://www.googleapis.com/auth/androidpublisher"
    );
    assert_eq!(claims["aud"], audience);
    let issued_at = claims["iat"].as_i64().unwrap();
    assert!((Timestamp::now().as_second() - issued_at).abs() < 10);
    assert_eq!(claims["exp"].as_i64().unwrap() - issued_at, 3600);
    assert_eq!(claims.get("sub"), None);
}

fn public_key() -> DecodingKey {
    let public = ACCOUNT.public();
    let part = |name: &str| public[name].as_str().unwrap().to_owned();
    DecodingKey::from_rsa_components(&part("n"), &part("e")).unwrap()
}

#[tokio::test]
async fn a_token_is_kept_until_five_minutes_before_its_end() {
    for (seconds, grants) in [(3599, 1), (330, 1), (300, 2), (0, 2)] {
        let scene = Scene::set().await;
        scene
            .google
            .replies(Call::Token, [grant("ya29.token", seconds)]);
        scene.look().await.unwrap();
        scene.look().await.unwrap();
        assert_eq!(scene.google.count(Call::Token), grants, "{seconds}");
        assert_eq!(scene.google.count(Call::Get), 2);
    }
}

#[tokio::test]
async fn clones_share_what_is_kept() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    for context in [scene.context.clone(), scene.context.clone()] {
        let locator = crate::scene::locator();
        config
            .look_up(&context, &locator, crate::scene::now())
            .await
            .unwrap();
    }
    assert_eq!(scene.google.count(Call::Token), 1);
}

/// Eight looks at the same time.
async fn crowd(scene: &Scene) -> Vec<Result<(), LookUpError>> {
    let mut looks = JoinSet::new();
    for _ in 0..8 {
        let (context, config) = (scene.context.clone(), scene.config(&json!({})));
        looks.spawn(async move {
            let locator = crate::scene::locator();
            let look = config.look_up(&context, &locator, crate::scene::now());
            look.await.map(|_| ())
        });
    }
    looks.join_all().await
}

#[tokio::test]
async fn who_asks_at_the_same_time_waits_for_the_same_token() {
    let scene = Scene::set().await;
    let slowly = grant("ya29.token", 3599).after(Duration::from_millis(200));
    scene.google.replies(Call::Token, [slowly]);
    assert_eq!(crowd(&scene).await, vec![Ok(()); 8]);
    assert_eq!(scene.google.count(Call::Token), 1);
}

#[tokio::test]
async fn who_waits_while_it_is_refused_is_refused_too() {
    let scene = Scene::set().await;
    let slowly = Reply::new(503, "").after(Duration::from_millis(200));
    scene
        .google
        .replies(Call::Token, [slowly, grant("ya29.token", 3599)]);
    let refused = LookUpError::Unavailable("status 503".to_owned());
    assert_eq!(crowd(&scene).await, vec![Err(refused); 8]);
    assert_eq!(scene.google.count(Call::Token), 1);
    scene.look().await.unwrap();
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_replaced_once() {
    let scene = Scene::set().await;
    let get = scene.google.clone();
    let answer = Reply::json(&crate::scene::purchase(&json!({})));
    get.replies(Call::Get, [Reply::refusal(401, "authError"), answer]);
    scene.look().await.unwrap();
    let used: Vec<_> = get
        .asked(Call::Get)
        .into_iter()
        .map(|mut asked| asked.headers.remove("authorization"))
        .collect();
    let bearer = |number: u32| Some(format!("Bearer ya29.token-{number}"));
    assert_eq!(used, [bearer(1), bearer(2)]);

    get.replies(Call::Get, [Reply::refusal(401, "authError")]);
    assert_eq!(scene.look().await, Err(LookUpError::Unauthorized));
    assert_eq!((get.count(Call::Get), get.count(Call::Token)), (4, 3));
}

#[tokio::test]
async fn a_token_that_still_lasts_is_used_while_no_new_one_can_be_had() {
    let scene = Scene::set().await;
    scene
        .google
        .replies(Call::Token, [grant("ya29.token", 200), Reply::new(503, "")]);
    scene.look().await.unwrap();
    scene.look().await.unwrap();
    scene.google.replies(
        Call::Token,
        [Reply::new(400, r#"{"error":"invalid_grant"}"#)],
    );
    assert_eq!(scene.look().await, Err(LookUpError::Unauthorized));
}

#[tokio::test]
async fn a_token_is_for_nobody_without_the_private_key() {
    let scene = Scene::set().await;
    scene.look().await.unwrap();
    let file = changed(
        key_file(&scene.google.address),
        &json!({"private_key": OTHER_ACCOUNT.pem}),
    );
    let impostor = scene.config(&json!({ "serviceAccount": file }));
    let refused = Reply::new(400, r#"{"error":"invalid_grant"}"#);
    scene.google.replies(Call::Token, [refused]);
    assert_eq!(
        scene.look_by(&impostor).await,
        Err(LookUpError::Unauthorized)
    );
    scene.look().await.unwrap();
}

#[tokio::test]
async fn what_the_token_endpoint_refuses_says_nothing_of_the_purchase() {
    for (reply, kind) in [
        (
            Reply::new(400, r#"{"error":"invalid_grant"}"#),
            "unauthorized",
        ),
        (
            Reply::new(401, r#"{"error":"unauthorized_client"}"#),
            "unauthorized",
        ),
        (Reply::new(403, ""), "unauthorized"),
        (Reply::new(404, ""), "unauthorized"),
        (Reply::new(429, ""), "throttled"),
        (Reply::new(500, "<html>"), "unavailable"),
        (Reply::new(302, "").with("location", "/"), "unavailable"),
        (Reply::new(200, "{}"), "malformed"),
        (Reply::new(200, "<html>"), "malformed"),
        (grant("", 3599), "malformed"),
    ] {
        let scene = Scene::set().await;
        let shown = format!("{reply:?}");
        scene.google.replies(Call::Token, [reply]);
        let error = scene.look().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{shown}");
        assert!(error.is_transient());
        assert_eq!(scene.google.count(Call::Get), 0);
    }
}
