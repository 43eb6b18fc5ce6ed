//! How a receipt is asked for, and what each answer means.

use std::time::Duration;

use domain::Environment;
use serde_json::json;
use stores::{LookUpError, Receipt};

use crate::amazon::{Call, Reply};
use crate::scene::{Scene, locator, locator_with, now, parse, receipt, settings};

const PATH: &str = "/version/1.0/verifyReceiptId/developer/2%3AsmXBjZkWCxDMSBvQ8HBGsUS1PK3jvVc8%3D\
                    /user/q0Xv%2F7_-%3D/receiptId/h7kQ2v%2B%2F%3D%3A3%3A11";

#[tokio::test]
async fn the_receipt_is_asked_for_with_its_user() {
    let scene = Scene::set().await;
    let seen = scene.look().await.unwrap();
    assert_eq!(seen.receipt, Some(Receipt(receipt(&json!({})))));
    assert!(seen.others.is_empty());
    assert_eq!(scene.amazon.asked(Call::Receipt), [format!("GET {PATH}")]);
}

#[tokio::test]
async fn the_stage_decides_which_environment_is_asked() {
    let scene = Scene::set().await;
    let settings = settings(&scene.amazon.address, &json!({}));
    let config = parse(&settings, Environment::Sandbox).unwrap();
    let tester = receipt(&json!({"testTransaction": true, "termSku": "extv.premium_term"}));
    scene.amazon.replies(Call::Receipt, [Reply::json(&tester)]);
    let seen = config.look_up(&scene.context, &locator(), now()).await;
    assert!(seen.is_ok());
    let asked = scene.amazon.asked(Call::Receipt);
    assert_eq!(asked, [format!("GET /sandbox{PATH}")]);
}

#[tokio::test]
async fn slashes_can_be_sent_as_they_are() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({"rawReceiptSegments": true}));
    let looked_up = config.look_up(&scene.context, &locator(), now()).await;
    assert!(looked_up.is_ok());
    let asked = scene.amazon.asked(Call::Receipt).remove(0);
    assert!(
        asked.ends_with("/user/q0Xv/7_-%3D/receiptId/h7kQ2v%2B/%3D%3A3%3A11"),
        "{asked}"
    );
}

#[tokio::test]
async fn without_a_user_nobody_is_asked() {
    let scene = Scene::set().await;
    let mut locator = locator();
    locator.details.remove("userId");
    locator.details.remove("receiptUserId");
    let error = scene.look_for(&locator).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
    assert_eq!(scene.amazon.count(Call::Receipt), 0);
}

/// What was stored or queued before webhooks named the user as `receiptUserId`.
#[tokio::test]
async fn the_user_of_an_earlier_version_is_asked_with() {
    let scene = Scene::set().await;
    let mut locator = locator();
    locator.details.remove("receiptUserId");
    assert!(scene.look_for(&locator).await.is_ok());
    assert_eq!(scene.amazon.asked(Call::Receipt), [format!("GET {PATH}")]);
}

#[tokio::test]
async fn each_status_has_its_meaning() {
    let scene = Scene::set().await;
    for (status, kind) in [
        (400, "not_found"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "unavailable"),
        (408, "unavailable"),
        (410, "not_found"),
        (422, "unavailable"),
        (429, "throttled"),
        (496, "unauthorized"),
        (497, "rejected"),
        (498, "unavailable"),
        (500, "unavailable"),
        (503, "unavailable"),
        (204, "unavailable"),
        (302, "unavailable"),
    ] {
        let reply = Reply::new(status, "").with("location", "/elsewhere");
        scene.amazon.replies(Call::Receipt, [reply]);
        let error = scene.look().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
    }
}

#[tokio::test]
async fn only_what_amazon_documents_as_a_no_is_one() {
    let scene = Scene::set().await;
    for status in 402..600 {
        if [410, 497].contains(&status) {
            continue;
        }
        scene
            .amazon
            .replies(Call::Receipt, [Reply::new(status, "{}")]);
        let error = scene.look().await.unwrap_err();
        assert!(error.is_transient(), "{status}: {error}");
    }
}

#[tokio::test]
async fn the_wait_that_amazon_asks_for_is_passed_on() {
    let scene = Scene::set().await;
    let reply = Reply::new(429, "").with("retry-after", "7");
    scene.amazon.replies(Call::Receipt, [reply]);
    let retry_after = Some(Duration::from_secs(7));
    assert_eq!(
        scene.look().await,
        Err(LookUpError::Throttled { retry_after })
    );
}

#[tokio::test]
async fn what_is_no_receipt_is_malformed() {
    let scene = Scene::set().await;
    let other = receipt(&json!({"receiptId": "other"})).to_string();
    let whole = receipt(&json!({})).to_string();
    let half = &whole[..whole.len() / 2];
    for body in ["", "OK", "[]", "null", "{}", half, &other] {
        scene.amazon.replies(Call::Receipt, [Reply::new(200, body)]);
        let error = scene.look().await.unwrap_err();
        assert_eq!(error.kind(), "malformed", "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_none() {
    let scene = Scene::set().await;
    let slow = Reply::json(&receipt(&json!({}))).after(Duration::from_secs(3));
    scene.amazon.replies(Call::Receipt, [slow]);
    let config = scene.config(&json!({"timeoutSeconds": 1}));
    let looked_up = config.look_up(&scene.context, &locator(), now()).await;
    assert_eq!(looked_up.unwrap_err().kind(), "unreachable");
}

#[tokio::test]
async fn a_receipt_that_would_lead_elsewhere_is_not_asked_for() {
    let scene = Scene::set().await;
    let locator = locator_with(&json!({"receiptUserId": ".."}));
    let error = scene.look_for(&locator).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
    assert_eq!(scene.amazon.count(Call::Receipt), 0);
}
