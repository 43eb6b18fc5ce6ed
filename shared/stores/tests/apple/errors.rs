//! What each of Apple's refusals means.

use std::time::Duration;

use domain::Timestamp;
use serde_json::json;
use stores::LookUpError;

use crate::scene::{ORIGINAL, Scene, known_locator};
use crate::server::Reply;

async fn refused(reply: Reply) -> LookUpError {
    let scene = Scene::set().await;
    scene.server.replies(ORIGINAL, reply);
    scene.look(&known_locator()).await.unwrap_err()
}

#[tokio::test]
async fn only_an_id_that_apple_does_not_know_is_not_found() {
    for code in [4_040_001, 4_040_005, 4_040_010] {
        assert_eq!(
            refused(Reply::error(code)).await,
            LookUpError::NotFound,
            "{code}"
        );
    }
}

#[tokio::test]
async fn each_number_has_its_meaning() {
    for (code, kind) in [
        (4_000_000, "rejected"),
        (4_000_002, "unauthorized"),
        (4_000_006, "rejected"),
        (4_000_008, "rejected"),
        (4_000_017, "rejected"),
        (4_000_187, "rejected"),
        (4_000_050, "unavailable"),
        (4_009_999, "unavailable"),
        (4_030_014, "unauthorized"),
        (4_040_002, "unavailable"),
        (4_040_003, "unauthorized"),
        (4_040_004, "unavailable"),
        (4_040_006, "unavailable"),
        (4_040_008, "unavailable"),
        (4_040_999, "unavailable"),
        (4_090_000, "unavailable"),
        (4_290_000, "throttled"),
        (5_000_000, "unavailable"),
        (5_000_001, "unavailable"),
        (5_030_000, "unavailable"),
    ] {
        assert_eq!(refused(Reply::error(code)).await.kind(), kind, "{code}");
    }
}

#[tokio::test]
async fn without_apples_number_nothing_is_a_no() {
    let body = json!({"errorCode": "4040010"}).to_string();
    for (status, kind) in [
        (204, "unavailable"),
        (302, "unavailable"),
        (400, "unavailable"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "unavailable"),
        (410, "unavailable"),
        (429, "throttled"),
        (500, "unavailable"),
        (502, "unavailable"),
    ] {
        for body in ["", "Unauthenticated", "<html>", "[]", &body] {
            assert_eq!(
                refused(Reply::new(status, body)).await.kind(),
                kind,
                "{status}"
            );
        }
    }
}

#[tokio::test]
async fn a_number_of_another_status_is_not_believed() {
    let body = json!({"errorCode": 4_040_010}).to_string();
    assert_eq!(refused(Reply::new(500, &body)).await.kind(), "unavailable");
    assert_eq!(refused(Reply::new(400, &body)).await.kind(), "unavailable");
    assert_eq!(refused(Reply::new(200, &body)).await.kind(), "malformed");
}

async fn wait(retry_after: &str) -> Option<Duration> {
    let reply = Reply::error(4_290_000).with("retry-after", retry_after);
    match refused(reply).await {
        LookUpError::Throttled { retry_after } => retry_after,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn how_long_to_wait_is_an_instant_in_milliseconds() {
    let soon = Timestamp::now().as_millisecond() + 30_000;
    let waited = wait(&soon.to_string()).await.unwrap();
    assert!((25..=30).contains(&waited.as_secs()), "{waited:?}");
    let past = Timestamp::now().as_millisecond() - 30_000;
    assert_eq!(wait(&past.to_string()).await, Some(Duration::ZERO));
}

#[tokio::test]
async fn nobody_waits_longer_than_an_hour() {
    for long in ["99999999999999", "18446744073709551615", "86400"] {
        assert_eq!(wait(long).await, Some(Duration::from_hours(1)), "{long}");
    }
}

#[tokio::test]
async fn seconds_and_nonsense_are_read_as_elsewhere() {
    assert_eq!(wait("7").await, Some(Duration::from_secs(7)));
    assert_eq!(wait("soon").await, None);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_none() {
    let late = Reply::json(&json!({"data": []})).after(Duration::from_secs(5));
    let scene = Scene::set().await;
    scene.server.replies(ORIGINAL, late);
    let config = scene.config(&json!({"timeoutSeconds": 1}));
    let error = scene.look_by(&config, &known_locator()).await.unwrap_err();
    assert_eq!(error, LookUpError::out_of_time("no answer in time"));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_none() {
    let large = Reply::json(&json!({"data": [], "padding": "x".repeat(4_200_000)}));
    let error = refused(large).await;
    let what = "it is larger than 4096 KiB".to_owned();
    assert_eq!(error, LookUpError::Malformed(what));
}
