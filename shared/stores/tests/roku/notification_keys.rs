//! How long the keys of notifications are kept, and when they are asked for again.

use std::time::{Duration, Instant};

use domain::Timestamp;
use jiff::SignedDuration;
use serde_json::json;
use stores::{NotificationError, Received};

use crate::keys::{Key, NEXT_PUSH, PUSH};
use crate::roku::{KEYS, Reply};
use crate::scene::{Scene, claims_of, message, now};

fn after(seconds: i64) -> Timestamp {
    now()
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap()
}

async fn receive(scene: &Scene, key: &Key, at: Timestamp) -> Result<Received, NotificationError> {
    let body = key.sign(&claims_of(&message("Sale", &json!({}))));
    scene.receive_by(&scene.config(&json!({})), &body, at).await
}

fn is_unproven(read: &Result<Received, NotificationError>) -> bool {
    matches!(read, Err(NotificationError::Unproven(_)))
}

#[tokio::test]
async fn keys_are_kept_as_long_as_their_answer_says_or_an_hour() {
    for (header, seconds) in [("max-age=600", 600), ("public", 3600)] {
        let scene = Scene::set().await;
        scene
            .roku
            .replies(KEYS, Reply::keys(&[&PUSH]).with("cache-control", header));
        for (time, asked) in [(0, 1), (seconds - 1, 1), (seconds, 2)] {
            receive(&scene, &PUSH, after(time)).await.unwrap();
            assert_eq!(scene.roku.asked_for_keys(), asked, "{header}");
        }
    }
}

#[tokio::test]
async fn a_new_key_is_asked_for_at_once_and_an_unknown_one_once_a_minute() {
    let scene = Scene::set().await;
    receive(&scene, &PUSH, now()).await.unwrap();
    for (seconds, asked) in [(1, 2), (2, 2), (60, 2), (61, 3)] {
        let read = receive(&scene, &NEXT_PUSH, after(seconds)).await;
        assert_eq!(read, Err(NotificationError::Forged));
        assert_eq!(scene.roku.asked_for_keys(), asked, "{seconds}");
    }
    scene.roku.replies(KEYS, Reply::keys(&[&PUSH, &NEXT_PUSH]));
    receive(&scene, &NEXT_PUSH, after(122)).await.unwrap();
    receive(&scene, &PUSH, after(123)).await.unwrap();
    assert_eq!(scene.roku.asked_for_keys(), 4);
}

#[tokio::test]
async fn without_an_answer_the_kept_keys_go_on() {
    let scene = Scene::set().await;
    receive(&scene, &PUSH, now()).await.unwrap();
    for broken in [
        Reply::new(503, ""),
        Reply::new(200, "<html>"),
        Reply::keys(&[]),
    ] {
        scene.roku.replies(KEYS, broken);
        receive(&scene, &PUSH, after(7200)).await.unwrap();
        assert!(is_unproven(&receive(&scene, &NEXT_PUSH, after(7200)).await));
    }
}

#[tokio::test]
async fn without_any_keys_nothing_can_be_told() {
    let scene = Scene::set().await;
    for broken in [
        Reply::new(503, ""),
        Reply::new(404, ""),
        Reply::new(302, "").with("location", "https://keys.example.com"),
        Reply::json(&json!({})),
    ] {
        scene.roku.replies(KEYS, broken);
        assert!(is_unproven(&receive(&scene, &PUSH, now()).await));
    }
}

#[tokio::test]
async fn keys_that_are_for_something_else_prove_nothing() {
    for unusable in NEXT_PUSH.unusable() {
        let scene = Scene::set().await;
        let set = json!({"keys": [PUSH.public(), unusable]});
        scene.roku.replies(KEYS, Reply::json(&set));
        let read = receive(&scene, &NEXT_PUSH, now()).await;
        assert_eq!(read, Err(NotificationError::Forged), "{unusable}");
        assert!(receive(&scene, &PUSH, now()).await.is_ok());
    }
}

#[tokio::test]
async fn a_key_with_a_zero_octet_before_its_modulus_proves() {
    let scene = Scene::set().await;
    let set = json!({"keys": [PUSH.with_sign_octet()]});
    scene.roku.replies(KEYS, Reply::json(&set));
    assert!(receive(&scene, &PUSH, now()).await.is_ok());
}

#[tokio::test]
async fn keys_that_do_not_come_within_three_seconds_leave_time_to_say_so() {
    let scene = Scene::set().await;
    let hanging = Reply::keys(&[&PUSH]).after(Duration::from_secs(30));
    scene.roku.replies(KEYS, hanging);
    let config = scene.config(&json!({"timeoutSeconds": 10}));
    let body = PUSH.sign(&claims_of(&message("Sale", &json!({}))));
    let began = Instant::now();
    let read = scene.receive_by(&config, &body, now()).await;
    assert!(is_unproven(&read));
    assert!(began.elapsed() < Duration::from_secs(6));
}

#[tokio::test]
async fn what_has_no_form_of_a_notification_asks_for_no_keys() {
    let scene = Scene::set().await;
    for body in ["", "hello", "a.b", "a.b.c", "{}"] {
        assert!(scene.receive(body).await.is_err());
    }
    assert_eq!(scene.roku.asked_for_keys(), 0);
}
