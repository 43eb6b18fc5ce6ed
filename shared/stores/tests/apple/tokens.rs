//! The tokens by which Apple knows who asks.

use std::collections::BTreeSet;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};
use stores::LookUpError;

use crate::authority::pem;
use crate::scene::{BUNDLE, ISSUER, KEY_ID, Scene, submitted};
use crate::server::Reply;

fn tokens(scene: &Scene) -> Vec<String> {
    let asked = scene.server.asked().into_iter();
    asked
        .map(|asked| {
            asked
                .header("authorization")
                .unwrap()
                .strip_prefix("Bearer ")
                .unwrap()
                .to_owned()
        })
        .collect()
}

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_says_who_asks_and_for_which_app() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let scene = Scene::set().await;
    let config = scene.config(&json!({"privateKey": pem(&key)}));
    scene.look_by(&config, &submitted("1")).await.unwrap_err();
    let token = &tokens(&scene)[0];

    let header = part(token, 0);
    assert_eq!(header, json!({"alg": "ES256", "kid": KEY_ID, "typ": "JWT"}));
    let claims = part(token, 1);
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], "appstoreconnect-v1");
    assert_eq!(claims["bid"], BUNDLE);
    let [issued_at, ends_at] = ["iat", "exp"].map(|name| claims[name].as_i64().unwrap());
    let now = Timestamp::now().as_second();
    assert!(issued_at <= now && now < ends_at);
    assert!(ends_at - issued_at <= 3600);

    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key_raw())
        .verify(signed.as_bytes(), &signature)
        .unwrap();
}

#[tokio::test]
async fn one_token_is_used_for_many_questions() {
    let scene = Scene::set().await;
    let both = scene.config(&json!({"sandboxPurchases": true}));
    for _ in 0..3 {
        scene.look_by(&both, &submitted("1")).await.unwrap_err();
    }
    let tokens = tokens(&scene);
    assert_eq!(tokens.len(), 6);
    assert_eq!(BTreeSet::from_iter(&tokens).len(), 1);
}

#[tokio::test]
async fn a_kept_token_that_is_refused_is_signed_anew_and_asked_with_once_more() {
    let scene = Scene::set().await;
    scene.look(&submitted("1")).await.unwrap_err();
    scene.server.replies("transactions/2", Reply::new(401, ""));
    let error = scene.look(&submitted("2")).await.unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);
    scene.look(&submitted("1")).await.unwrap_err();
    let tokens = tokens(&scene);
    assert_eq!(tokens.len(), 4);
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(BTreeSet::from_iter(&tokens[1..]).len(), 3);
}

#[tokio::test]
async fn a_token_that_was_accepted_a_moment_ago_costs_no_look_up() {
    let scene = Scene::set().await;
    scene.look(&submitted("1")).await.unwrap_err();
    let kept = tokens(&scene).remove(0);
    scene.server.refuses(&kept);
    let error = scene.look(&submitted("2")).await.unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
    let since = scene.config(&json!({}));
    let until = Timestamp::now();
    scene.server.refuses(&tokens(&scene).pop().unwrap());
    let history = Reply::json(&json!({"notificationHistory": [], "hasMore": false}));
    scene.server.replies("notifications/history", history);
    let undelivered = since.undelivered(&scene.context, until, until, None).await;
    assert_eq!(undelivered.unwrap().next, None);
}

#[tokio::test]
async fn a_new_token_that_is_refused_is_not_asked_with_again() {
    let scene = Scene::set().await;
    scene.server.replies("transactions/1", Reply::new(401, ""));
    scene.look(&submitted("1")).await.unwrap_err();
    assert_eq!(tokens(&scene).len(), 1);
}

#[tokio::test]
async fn production_that_refuses_an_unreleased_app_is_asked_once() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({"sandboxPurchases": true, "sandboxOn401": true}));
    let refused = Reply::new(401, "");
    scene
        .server
        .replies("production/inApps/v1/transactions/1", refused);
    for _ in 0..2 {
        let error = scene.look_by(&config, &submitted("1")).await.unwrap_err();
        assert_eq!(error, LookUpError::NotFound);
    }
    assert_eq!(tokens(&scene).len(), 4, "each environment once a look-up");
}

#[tokio::test]
async fn another_refusal_does_not_cost_a_token() {
    let scene = Scene::set().await;
    for reply in [
        Reply::error(4_290_000),
        Reply::error(5_000_000),
        Reply::new(403, ""),
    ] {
        scene.server.replies("transactions/1", reply);
        scene.look(&submitted("1")).await.unwrap_err();
    }
    assert_eq!(BTreeSet::from_iter(tokens(&scene)).len(), 1);
}

#[tokio::test]
async fn each_key_issuer_and_app_has_a_token_of_its_own() {
    let scene = Scene::set().await;
    let other = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    for changes in [
        json!({}),
        json!({"keyId": "ANOTHERKEY"}),
        json!({"issuerId": "00000000-96fe-1a63-e053-0824d011072a"}),
        json!({"bundleId": "com.example.other"}),
        json!({"privateKey": pem(&other)}),
    ] {
        let config = scene.config(&changes);
        scene.look_by(&config, &submitted("1")).await.unwrap_err();
    }
    assert_eq!(BTreeSet::from_iter(tokens(&scene)).len(), 5);
}
