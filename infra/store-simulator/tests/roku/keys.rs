//! Published keys and their rotation.

use serde_json::{Value, json};
use store_simulator::{Control, roku::CustomPush};

use crate::scene::{Scene, configuration};

#[tokio::test]
async fn a_published_key_has_what_it_takes_to_verify() {
    let scene = Scene::set().await;
    let set = scene.get(&scene.store.jwks_url()).await;
    let set: Value = set.json().await.unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), 1);
    let key = set["keys"][0].as_object().unwrap();
    assert_eq!(key["kty"], "RSA");
    assert_eq!(key["alg"], "RS256");
    assert_eq!(key["e"], "AQAB");
    let mut members: Vec<_> = key.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n"]);
}

#[tokio::test]
async fn the_sets_of_production_and_test_are_at_their_paths() {
    let scene = Scene::set().await;
    let base = scene.simulator.base_url();
    assert_eq!(
        scene.store.jwks_url(),
        format!("{base}/keys/partner-jwks.json")
    );
    let test = format!("{base}/keys/partner-jwks-test.json");
    assert_eq!(scene.store.test_jwks_url(), test);
    for _ in 0..2 {
        scene.get(&test).await;
    }
    scene.keys().await;
    let calls = scene.store.calls().await.unwrap();
    assert_eq!((calls.jwks, calls.test_jwks), (1, 2));
}

#[tokio::test]
async fn a_key_can_change_with_or_without_keeping_the_old_one() {
    let scene = Scene::set().await;
    let first = scene.pushed(&CustomPush::text("one")).await;
    let second = scene.store.rotate_keys(true).await.unwrap();
    let received = scene.pushed(&CustomPush::text("two")).await;
    assert_eq!(received.kid(), second);
    let keys = scene.keys().await;
    assert!(first.verified(&keys).is_ok() && received.verified(&keys).is_ok());

    let third = scene.store.rotate_keys(false).await.unwrap();
    let keys = scene.keys().await;
    assert_eq!(keys.keys.len(), 1);
    assert!(keys.find(&third).is_some());
    assert!(received.verified(&keys).is_err());
    let latest = scene.pushed(&CustomPush::text("three")).await;
    assert!(latest.verified(&keys).is_ok());
}

#[tokio::test]
async fn each_account_has_its_own_keys_in_the_common_set() {
    let scene = Scene::set().await;
    let other = Control::new(scene.simulator.base_url()).roku("other");
    let mut theirs = configuration(None);
    theirs.api_keys = vec!["theirs".to_owned()];
    other.configure(&theirs).await.unwrap();
    assert_eq!(scene.keys().await.keys.len(), 2);
    let kid = other.rotate_keys(false).await.unwrap();
    let keys = scene.keys().await;
    assert!(keys.find(&kid).is_some());
    let ours = scene.pushed(&CustomPush::text("hello")).await;
    assert!(ours.verified(&keys).is_ok());
}

#[tokio::test]
async fn the_sets_may_be_kept_as_long_as_the_most_impatient_account_says() {
    let scene = Scene::set().await;
    let kept = async || {
        let set = scene.get(&scene.store.jwks_url()).await;
        let caching = set.headers().get("cache-control");
        caching.map(|caching| caching.to_str().unwrap().to_owned())
    };
    assert_eq!(kept().await, None);
    let other = Control::new(scene.simulator.base_url()).roku("other");
    let mut theirs = configuration(None);
    theirs.api_keys = vec!["theirs".to_owned()];
    theirs.jwks_max_age_seconds = Some(60);
    other.configure(&theirs).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("max-age=60"));
    let sooner = json!({"jwksMaxAgeSeconds": 0});
    scene.store.reconfigure(&sooner).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("max-age=0"));
}
