//! What trying a configuration tells.

use serde_json::{Value, json};
use stores::Finding;

use crate::keys::{NEXT_PUSH, PUSH};
use crate::roku::{KEYS, Reply};
use crate::scene::{API_KEY, SECOND_KEY, Scene, now};

async fn findings(scene: &Scene, changes: &Value) -> Vec<Finding> {
    scene.config(changes).check(&scene.context, now()).await
}

fn outcomes(findings: &[Finding]) -> Vec<(&'static str, Option<bool>)> {
    findings.iter().map(|f| (f.tried, f.ok)).collect()
}

fn both() -> Value {
    json!({"apiKeys": [API_KEY, SECOND_KEY]})
}

#[tokio::test]
async fn a_key_that_roku_accepts_and_keys_that_can_be_had_are_good() {
    let scene = Scene::set().await;
    let found = findings(&scene, &json!({})).await;
    let good = [("credentials", Some(true)), ("notifications", Some(true))];
    assert_eq!(outcomes(&found), good);
    assert_eq!(found[0].message, "Roku accepts the key in apiKeys");
}

#[tokio::test]
async fn of_two_keys_it_is_told_which_is_refused() {
    let scene = Scene::set().await;
    let probe = "0".repeat(32);
    scene.roku.replies(
        &format!("{API_KEY}/{probe}"),
        Reply::failure("UNAUTHORIZED"),
    );
    let found = findings(&scene, &both()).await;
    assert_eq!((found[0].ok, found[1].ok), (Some(false), Some(true)));
    assert!(found[0].message.contains("the first key") && found[0].message.contains("expired"));
    assert!(found[1].message.contains("the second key"));
}

#[tokio::test]
async fn what_cannot_be_told_now_is_not_called_wrong() {
    let scene = Scene::set().await;
    for reply in [
        Reply::new(429, ""),
        Reply::new(503, ""),
        Reply::new(200, "<html>"),
        Reply::new(400, "Invalid URI format."),
        Reply::new(400, "Bad Request"),
        Reply::failure("Transaction service temporarily unavailable"),
    ] {
        scene.roku.replies(&"0".repeat(32), reply);
        assert_eq!(findings(&scene, &json!({})).await[0].ok, None);
    }
}

#[tokio::test]
async fn an_address_without_keys_is_wrong_and_one_that_does_not_answer_is_not() {
    let scene = Scene::set().await;
    for (reply, ok) in [
        (Reply::json(&json!({"keys": []})), Some(false)),
        (Reply::new(200, "<html>"), Some(false)),
        (Reply::new(503, ""), None),
    ] {
        scene.roku.replies(KEYS, reply);
        let found = findings(&scene, &json!({})).await;
        assert_eq!(outcomes(&found)[1], ("notifications", ok));
    }
}

#[tokio::test]
async fn only_keys_that_can_sign_notifications_are_counted() {
    let scene = Scene::set().await;
    let mut published = vec![PUSH.public()];
    published.extend(NEXT_PUSH.unusable());
    let set = Reply::json(&json!({ "keys": published }));
    scene.roku.replies(KEYS, set);
    let found = findings(&scene, &json!({})).await;
    assert!(found[1].message.ends_with("(1)"), "{}", found[1].message);
    let set = Reply::json(&json!({ "keys": NEXT_PUSH.unusable() }));
    scene.roku.replies(KEYS, set);
    let found = findings(&scene, &json!({})).await;
    assert_eq!(outcomes(&found)[1], ("notifications", Some(false)));
}

#[tokio::test]
async fn no_finding_shows_a_key() {
    let scene = Scene::set().await;
    let elsewhere = json!({"apiKeys": [API_KEY, SECOND_KEY], "apiBaseUrl": "http://localhost:1"});
    let mut found = findings(&scene, &elsewhere).await;
    scene.roku.replies(
        &"0".repeat(32),
        Reply::failure(&format!("UNAUTHORIZED {API_KEY}")),
    );
    found.extend(findings(&scene, &both()).await);
    for finding in found {
        let shown = format!("{finding:?}");
        assert!(
            !shown.contains(API_KEY) && !shown.contains(SECOND_KEY),
            "{shown}"
        );
    }
}
