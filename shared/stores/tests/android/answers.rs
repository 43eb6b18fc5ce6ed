//! How a purchase is asked for, and what each answer means.

use std::time::Duration;

use serde_json::json;
use stores::{LookUpError, Receipt};

use crate::google::{Call, Reply};
use crate::scene::{PACKAGE, Scene, TOKEN, locator_of, now, purchase};

#[tokio::test]
async fn the_purchase_is_asked_for_by_its_token() {
    let scene = Scene::set().await;
    let seen = scene.look().await.unwrap();
    assert_eq!(seen.snapshot.purchase_key.as_str(), TOKEN);
    assert_eq!(seen.snapshot.observed_at, now());
    let asked = scene.google.asked(Call::Get).remove(0);
    let path = format!(
        "GET /androidpublisher/v3/applications/{PACKAGE}/purchases/subscriptionsv2/tokens/{TOKEN}"
    );
    assert_eq!(asked.line, path);
    assert_eq!(asked.header("authorization"), Some("Bearer ya29.token-1"));
}

#[tokio::test]
async fn a_token_stays_one_piece_of_the_address() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let look = async |token: &str| {
        let locator = locator_of(token);
        config.look_up(&scene.context, &locator, now()).await
    };
    look("a/../b?c#d:revoke").await.unwrap();
    let asked = scene.google.asked(Call::Get).remove(0);
    assert!(
        asked.line.ends_with("/tokens/a%2F..%2Fb%3Fc%23d%3Arevoke"),
        "{}",
        asked.line
    );
    assert_eq!(look("..").await.unwrap_err().kind(), "rejected");
    assert_eq!(scene.google.count(Call::Get), 1);
}

#[tokio::test]
async fn the_answer_is_kept_without_names_and_addresses() {
    let scene = Scene::set().await;
    let person = json!({"subscribeWithGoogleInfo": {"emailAddress": "ada@example.test"}});
    scene
        .google
        .replies(Call::Get, [Reply::json(&purchase(&person))]);
    let receipt = scene.look().await.unwrap().receipt;
    assert_eq!(receipt, Some(Receipt(purchase(&json!({})))));
}

#[tokio::test]
async fn an_application_that_is_not_configured_is_not_asked_for() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({"packageNames": ["com.example.other"]}));
    let error = scene.look_by(&config).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
    assert_eq!(scene.google.count(Call::Token), 0);
}

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    for (status, reason, kind) in [
        (400, "invalidValue", "rejected"),
        (401, "permissionDenied", "unauthorized"),
        (403, "userInsufficientPermission", "unauthorized"),
        (403, "accessNotConfigured", "unauthorized"),
        (403, "rateLimitExceeded", "throttled"),
        (403, "quotaExceeded", "throttled"),
        (404, "purchaseTokenNotFound", "not_found"),
        (409, "concurrentUpdate", "unavailable"),
        (410, "subscriptionPurchaseNoLongerAvailable", "not_found"),
        (429, "rateLimitExceeded", "throttled"),
        (500, "internalError", "unavailable"),
        (503, "backendError", "unavailable"),
    ] {
        let scene = Scene::set().await;
        scene
            .google
            .replies(Call::Get, [Reply::refusal(status, reason)]);
        let error = scene.look().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {reason}");
        let says_no = matches!(kind, "rejected" | "not_found");
        assert_eq!(error.is_transient(), !says_no, "{status} {reason}");
    }
}

#[tokio::test]
async fn a_refusal_in_any_form_counts_by_its_status() {
    for (status, kind) in [
        (410, "not_found"),
        (403, "unauthorized"),
        (502, "unavailable"),
    ] {
        let large = "x".repeat(300 * 1024);
        for body in ["", "<html>gone</html>", "{\"error\":7}", large.as_str()] {
            let scene = Scene::set().await;
            scene.google.replies(Call::Get, [Reply::new(status, body)]);
            assert_eq!(scene.look().await.unwrap_err().kind(), kind, "{status}");
        }
    }
}

#[tokio::test]
async fn a_store_that_asks_to_wait_is_heard() {
    for reply in [
        Reply::new(429, ""),
        Reply::refusal(403, "rateLimitExceeded"),
    ] {
        let scene = Scene::set().await;
        scene
            .google
            .replies(Call::Get, [reply.with("retry-after", "7")]);
        let retry_after = Some(Duration::from_secs(7));
        assert_eq!(
            scene.look().await,
            Err(LookUpError::Throttled { retry_after })
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_not_json_is_unreadable() {
    for body in ["", "<html>", "[1"] {
        let scene = Scene::set().await;
        scene.google.replies(Call::Get, [Reply::new(200, body)]);
        let error = LookUpError::Malformed("it is not JSON".to_owned());
        assert_eq!(scene.look().await, Err(error));
    }
}

#[tokio::test]
async fn all_calls_of_a_look_share_its_time() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({"timeoutSeconds": 2}));
    let slowly = |reply: Reply| reply.after(Duration::from_millis(1200));
    scene.google.replies(
        Call::Token,
        [slowly(crate::google::grant("ya29.token", 3599))],
    );
    scene
        .google
        .replies(Call::Get, [slowly(Reply::json(&purchase(&json!({}))))]);
    let late = LookUpError::out_of_time("no answer in time");
    assert_eq!(scene.look_by(&config).await, Err(late));
    scene.look_by(&config).await.unwrap();
}
