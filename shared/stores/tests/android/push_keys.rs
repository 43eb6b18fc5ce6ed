//! How long the keys of push tokens are kept, and when they are asked for again.

use std::time::Duration;

use domain::Timestamp;
use jiff::SignedDuration;
use serde_json::json;
use stores::{NotificationError, Received};
use tokio::task::JoinSet;

use crate::google::{Call, Reply};
use crate::json::changed;
use crate::keys::{Key, NEXT_PUSH, PUSH};
use crate::scene::{Scene, bearer, claims, now, renewed};

fn keys(keys: &[&Key]) -> Reply {
    let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
    Reply::json(&json!({ "keys": keys }))
}

fn after(seconds: i64) -> Timestamp {
    now()
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap()
}

/// A notification that is signed with this key at this time.
async fn receive(scene: &Scene, key: &Key, at: Timestamp) -> Result<Received, NotificationError> {
    let times = json!({"iat": at.as_second(), "exp": at.as_second() + 3600});
    let headers = bearer(&key.sign(&claims(&times)));
    let config = scene.config(&json!({}));
    let body = renewed().to_string();
    let read = config.read_notification(&scene.context, &headers, body.as_bytes(), at);
    read.await.map(|accepted| accepted.received)
}

fn is_unproven(read: &Result<Received, NotificationError>) -> bool {
    matches!(read, Err(NotificationError::Unproven(_)))
}

#[tokio::test]
async fn keys_are_kept_as_long_as_their_answer_says() {
    for (header, seconds) in [
        (
            "public, max-age=19845, must-revalidate, no-transform",
            19_845,
        ),
        ("Max-Age=600", 600),
        ("max-age=99999999", 24 * 3600),
        ("public", 3600),
        ("max-age=soon", 3600),
        ("no-store", 0),
        ("max-age=600, no-cache", 0),
    ] {
        let scene = Scene::set().await;
        scene
            .google
            .replies(Call::Keys, [keys(&[&PUSH]).with("cache-control", header)]);
        receive(&scene, &PUSH, now()).await.unwrap();
        if seconds > 0 {
            receive(&scene, &PUSH, after(seconds - 1)).await.unwrap();
            assert_eq!(scene.google.count(Call::Keys), 1, "{header}");
        }
        receive(&scene, &PUSH, after(seconds)).await.unwrap();
        assert_eq!(scene.google.count(Call::Keys), 2, "{header}");
    }
}

#[tokio::test]
async fn a_new_key_is_asked_for_at_once() {
    let scene = Scene::set().await;
    receive(&scene, &PUSH, now()).await.unwrap();
    scene
        .google
        .replies(Call::Keys, [keys(&[&PUSH, &NEXT_PUSH])]);
    receive(&scene, &NEXT_PUSH, after(1)).await.unwrap();
    receive(&scene, &PUSH, after(2)).await.unwrap();
    assert_eq!(scene.google.count(Call::Keys), 2);
}

#[tokio::test]
async fn a_key_that_was_withdrawn_proves_nothing() {
    let scene = Scene::set().await;
    receive(&scene, &PUSH, now()).await.unwrap();
    scene.google.replies(Call::Keys, [keys(&[&NEXT_PUSH])]);
    let read = receive(&scene, &PUSH, after(3600)).await;
    assert!(matches!(read, Err(NotificationError::Forged)));
}

#[tokio::test]
async fn a_key_that_nobody_has_is_asked_for_once_a_minute() {
    let scene = Scene::set().await;
    receive(&scene, &PUSH, now()).await.unwrap();
    for (seconds, asked) in [(1, 2), (2, 2), (60, 2), (61, 3), (90, 3)] {
        let read = receive(&scene, &NEXT_PUSH, after(seconds)).await;
        assert_eq!(read, Err(NotificationError::Forged));
        assert_eq!(scene.google.count(Call::Keys), asked, "{seconds}");
    }
    receive(&scene, &PUSH, after(91)).await.unwrap();
}

#[tokio::test]
async fn without_an_answer_the_kept_keys_go_on() {
    for broken in [
        Reply::new(503, ""),
        Reply::new(200, "<html>"),
        Reply::json(&json!({"keys": []})),
    ] {
        let scene = Scene::set().await;
        receive(&scene, &PUSH, now()).await.unwrap();
        scene.google.replies(Call::Keys, [broken]);
        receive(&scene, &PUSH, after(3600)).await.unwrap();
        receive(&scene, &PUSH, after(3659)).await.unwrap();
        assert_eq!(scene.google.count(Call::Keys), 2);
        receive(&scene, &PUSH, after(3660)).await.unwrap();
        assert_eq!(scene.google.count(Call::Keys), 3);
        scene.google.replies(Call::Keys, [keys(&[&NEXT_PUSH])]);
        receive(&scene, &NEXT_PUSH, after(3720)).await.unwrap();
    }
}

#[tokio::test]
async fn an_unknown_key_is_unproven_while_there_is_no_answer() {
    let scene = Scene::set().await;
    receive(&scene, &PUSH, now()).await.unwrap();
    scene
        .google
        .replies(Call::Keys, [Reply::new(503, ""), keys(&[&NEXT_PUSH])]);
    assert!(is_unproven(&receive(&scene, &NEXT_PUSH, after(1)).await));
    assert!(is_unproven(&receive(&scene, &NEXT_PUSH, after(2)).await));
    assert_eq!(scene.google.count(Call::Keys), 2);
    receive(&scene, &NEXT_PUSH, after(61)).await.unwrap();
}

#[tokio::test]
async fn without_any_keys_nothing_can_be_told() {
    let scene = Scene::set().await;
    for broken in [
        Reply::new(503, ""),
        Reply::new(404, ""),
        Reply::new(200, "<html>"),
        Reply::json(&json!({})),
    ] {
        scene.google.replies(Call::Keys, [broken]);
        assert!(is_unproven(&receive(&scene, &PUSH, now()).await));
    }
    scene.google.replies(Call::Keys, [keys(&[&PUSH])]);
    receive(&scene, &PUSH, now()).await.unwrap();
}

#[tokio::test]
async fn keys_for_other_uses_are_not_used() {
    for changes in [
        json!({"use": "enc"}),
        json!({"alg": "RS512"}),
        json!({"kty": "EC"}),
        json!({"kid": null}),
        json!({"n": "not base64!"}),
        json!({"e": null}),
    ] {
        let scene = Scene::set().await;
        let unfit = changed(PUSH.public(), &changes);
        let reply = Reply::json(&json!({"keys": [unfit, NEXT_PUSH.public(), "nonsense"]}));
        scene.google.replies(Call::Keys, [reply]);
        let read = receive(&scene, &PUSH, now()).await;
        assert_eq!(read, Err(NotificationError::Forged), "{changes}");
        receive(&scene, &NEXT_PUSH, now()).await.unwrap();
    }
    let scene = Scene::set().await;
    let least = changed(PUSH.public(), &json!({"use": null, "alg": null}));
    scene
        .google
        .replies(Call::Keys, [Reply::json(&json!({ "keys": [least] }))]);
    receive(&scene, &PUSH, now()).await.unwrap();
}

#[tokio::test]
async fn who_needs_them_at_the_same_time_waits_for_the_same_answer() {
    for (reply, proven) in [(keys(&[&PUSH]), true), (Reply::new(503, ""), false)] {
        let scene = Scene::set().await;
        let slowly = reply.after(Duration::from_millis(200));
        scene.google.replies(Call::Keys, [slowly]);
        let mut crowd = JoinSet::new();
        for _ in 0..8 {
            let scene = Scene {
                google: scene.google.clone(),
                context: scene.context.clone(),
            };
            crowd.spawn(async move { receive(&scene, &PUSH, now()).await.is_ok() });
        }
        assert_eq!(crowd.join_all().await, [proven; 8]);
        assert_eq!(scene.google.count(Call::Keys), 1);
    }
}
