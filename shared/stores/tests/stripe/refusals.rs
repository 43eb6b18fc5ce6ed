//! What a refusal means, and what is sent.

use std::time::{Duration, Instant};

use domain::{Locator, Store};
use serde_json::json;
use stores::{LookUpError, parse_submission};

use crate::scene::{KEY, SUB, Scene, locator};
use crate::server::Reply;

async fn answered(reply: Reply) -> LookUpError {
    let scene = Scene::set().await;
    scene.server.answers(&format!("subscriptions/{SUB}"), reply);
    scene.look().await.unwrap_err()
}

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    let bad_request = "invalid_request_error";
    for (status, kind, code, expected) in [
        (400, bad_request, "parameter_unknown", "malformed"),
        (401, bad_request, "", "unauthorized"),
        (402, "card_error", "card_declined", "malformed"),
        (403, bad_request, "secret_key_required", "unauthorized"),
        (404, bad_request, "resource_missing", "not_found"),
        (405, bad_request, "", "malformed"),
        (404, bad_request, "", "unavailable"),
        (409, "idempotency_error", "", "unavailable"),
        (422, bad_request, "", "malformed"),
        (424, "api_error", "", "unavailable"),
        (429, bad_request, "rate_limit", "throttled"),
        (429, bad_request, "lock_timeout", "throttled"),
        (500, "api_error", "", "unavailable"),
        (502, "api_error", "", "unavailable"),
        (503, "api_error", "", "unavailable"),
        (504, "api_error", "", "unavailable"),
        (302, "", "", "unavailable"),
    ] {
        let error = answered(Reply::refusal(status, kind, code, "no")).await;
        assert_eq!(error.kind(), expected, "{status} {code}");
        assert_eq!(
            error.is_transient(),
            expected != "not_found",
            "{status} {code}"
        );
    }
}

#[tokio::test]
async fn only_stripe_s_own_word_denies_a_purchase() {
    for body in [
        "",
        "<html>not found</html>",
        "{}",
        "[]",
        "{\"error\":\"none\"}",
    ] {
        assert_eq!(
            answered(Reply::new(404, body)).await.kind(),
            "unavailable",
            "{body}"
        );
    }
    let older = Reply::refusal(
        404,
        "invalid_request_error",
        "",
        "No such subscription: 'sub_1'",
    );
    assert_eq!(answered(older).await, LookUpError::NotFound);
    assert_eq!(answered(Reply::of_test_mode()).await, LookUpError::NotFound);
}

#[tokio::test]
async fn a_known_purchase_that_is_not_there_is_asked_for_by_the_wrong_key() {
    let scene = Scene::set().await;
    let stored = Locator {
        details: scene.state().await.details,
        ..locator(SUB)
    };
    let submitted = parse_submission(Store::Stripe, &json!({ "subscriptionId": SUB }));
    let submitted = submitted.unwrap().locator;
    for denied in [Reply::missing(), Reply::of_test_mode()] {
        scene
            .server
            .answers(&format!("subscriptions/{SUB}"), denied);
        let seen = scene.look_at(&stored).await;
        assert_eq!(seen, Err(LookUpError::Unauthorized));
        for unseen in [&submitted, &locator(SUB)] {
            let seen = scene.look_at(unseen).await;
            assert_eq!(seen, Err(LookUpError::NotFound));
        }
    }
}

#[tokio::test]
async fn a_wait_is_as_long_as_stripe_says_if_it_does() {
    let busy = || Reply::refusal(429, "invalid_request_error", "rate_limit", "slow down");
    let waits = |retry_after| LookUpError::Throttled { retry_after };
    assert_eq!(answered(busy()).await, waits(None));
    let seven = busy().with("Retry-After", "7");
    assert_eq!(answered(seven).await, waits(Some(Duration::from_secs(7))));
    let limited = busy().with("Stripe-Rate-Limited-Reason", "endpoint-rate");
    assert_eq!(answered(limited).await, waits(None));
}

#[tokio::test]
async fn what_is_no_subscription_can_not_be_read() {
    for body in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"id":"sub_1SynthSub0001"}"#,
        r#"{"id":"sub_1SynthSub0001","status":7}"#,
        r#"{"id":"sub_1SynthSub0001","status":"active","items":7}"#,
        r#"{"id":"sub_1SynthSub0001","status":"active","cancel_at":"soon"}"#,
        r#"{"id":"sub_1SynthSub0001","status":"active","cancel_at":9999999999999999}"#,
    ] {
        assert_eq!(
            answered(Reply::new(200, body)).await.kind(),
            "malformed",
            "{body}"
        );
    }
    let enormous = format!("{{\"x\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(
        answered(Reply::new(200, &enormous)).await.kind(),
        "malformed"
    );
}

#[tokio::test]
async fn all_calls_of_a_look_share_its_time() {
    let scene = Scene::configured(json!({"timeoutSeconds": 1})).await;
    let slow = Duration::from_millis(700);
    let subscription = crate::scene::subscription(&json!({}));
    let reply = Reply::json(&subscription).after(slow);
    scene.server.answers(&format!("subscriptions/{SUB}"), reply);
    let payments = Reply::json(&crate::server::list(&[])).after(slow);
    scene.server.answers("invoice_payments", payments.clone());
    scene
        .server
        .answers("invoice_payments?invoice=in_1SynthInv0002", payments);
    let began = Instant::now();
    assert_eq!(scene.look().await.unwrap_err().kind(), "unreachable");
    assert!(began.elapsed() < Duration::from_millis(1_300));
}

#[tokio::test]
async fn a_question_says_who_asks_and_in_which_version() {
    let scene = Scene::set().await;
    scene.look().await.unwrap();
    for asked in scene.server.asked() {
        assert_eq!(asked.headers["authorization"], format!("Bearer {KEY}"));
        assert_eq!(asked.headers["stripe-version"], "2026-10-28.endive");
        assert!(!asked.headers.contains_key("stripe-account"));
    }
    let asked = scene.server.asked_for(&format!("subscriptions/{SUB}"));
    assert_eq!(asked[0].says("expand[]"), ["latest_invoice"]);
}

#[tokio::test]
async fn another_version_and_a_connected_account_are_said() {
    let changes = json!({"apiVersion": "2025-09-30.clover", "account": "acct_1Ours"});
    let scene = Scene::configured(changes).await;
    scene.look().await.unwrap();
    for asked in scene.server.asked() {
        assert_eq!(asked.headers["stripe-version"], "2025-09-30.clover");
        assert_eq!(asked.headers["stripe-account"], "acct_1Ours");
    }
}

#[tokio::test]
async fn nobody_there_is_nobody_s_no() {
    let scene = Scene::configured(json!({"apiBaseUrl": "http://localhost:1"})).await;
    let error = scene.look_at(&locator(SUB)).await.unwrap_err();
    assert_eq!(error.kind(), "unreachable");
}
