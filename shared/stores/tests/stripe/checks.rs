//! What trying a key shows.

use serde_json::json;
use stores::Finding;

use crate::scene::{KEY, SECRET, Scene, now};
use crate::server::Reply;

async fn check(scene: &Scene) -> Vec<Finding> {
    let findings = scene.config().check(&scene.context, now()).await;
    let shown = format!("{findings:?}");
    assert!(!shown.contains(KEY) && !shown.contains(SECRET));
    findings
}

fn found<'a>(findings: &'a [Finding], tried: &str) -> Vec<(Option<bool>, &'a str)> {
    let found = findings.iter().filter(|finding| finding.tried == tried);
    found
        .map(|finding| (finding.ok, finding.message.as_str()))
        .collect()
}

#[tokio::test]
async fn a_key_that_may_read_all_is_good() {
    let scene = Scene::set().await;
    let findings = check(&scene).await;
    assert!(
        findings.iter().all(|finding| finding.ok == Some(true)),
        "{findings:?}"
    );
    assert_eq!(found(&findings, "environment").len(), 1);
    assert_eq!(found(&findings, "credentials").len(), 1);
    let permissions = found(&findings, "permissions");
    for name in [
        "Subscriptions",
        "Invoices",
        "PaymentIntents",
        "Charges and Refunds",
        "Disputes",
        "Checkout Sessions",
        "Events",
    ] {
        assert!(
            permissions
                .iter()
                .any(|(_, message)| message.starts_with(name)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn nothing_is_changed_and_nothing_real_is_asked_for() {
    let scene = Scene::set().await;
    check(&scene).await;
    assert!(
        scene
            .server
            .paths()
            .iter()
            .all(|path| path.ends_with("purchasebeaconcheck"))
    );
}

#[tokio::test]
async fn a_refused_key_is_said_once() {
    let scene = Scene::set().await;
    let path = "subscriptions/sub_purchasebeaconcheck";
    scene.server.answers(
        path,
        Reply::refusal(401, "invalid_request_error", "", "Invalid API Key"),
    );
    let findings = check(&scene).await;
    let credentials = found(&findings, "credentials");
    assert_eq!(credentials.len(), 1);
    assert_eq!(credentials[0].0, Some(false));
    assert_eq!(scene.server.paths().len(), 1);
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let scene = Scene::set().await;
    for path in [
        "subscriptions/sub_purchasebeaconcheck",
        "events/evt_purchasebeaconcheck",
    ] {
        scene
            .server
            .answers(path, Reply::refusal(403, "invalid_request_error", "", "no"));
    }
    let findings = check(&scene).await;
    assert_eq!(found(&findings, "credentials")[0].0, Some(true));
    let bad = found(&findings, "permissions")
        .into_iter()
        .filter(|(ok, _)| *ok == Some(false));
    let bad: Vec<_> = bad.map(|(_, message)| message).collect();
    assert_eq!(bad.len(), 2);
    assert!(
        bad[0].starts_with("Subscriptions: ") && bad[1].starts_with("Events: "),
        "{bad:?}"
    );
}

#[tokio::test]
async fn an_account_that_the_key_can_not_reach_is_a_refused_key() {
    let scene = Scene::configured(json!({"account": "acct_1Other"})).await;
    let path = "subscriptions/sub_purchasebeaconcheck";
    let reply = Reply::refusal(403, "invalid_request_error", "account_invalid", "no");
    scene.server.answers(path, reply);
    assert_eq!(found(&check(&scene).await, "credentials")[0].0, Some(false));
}

#[tokio::test]
async fn what_can_not_be_told_now_is_neither_good_nor_bad() {
    let scene = Scene::set().await;
    let path = "subscriptions/sub_purchasebeaconcheck";
    for reply in [Reply::new(500, ""), Reply::new(429, "")] {
        scene.server.answers(path, reply);
        assert_eq!(found(&check(&scene).await, "credentials")[0].0, None);
    }
    scene.server.answers(
        path,
        Reply::refusal(400, "invalid_request_error", "", "bad version"),
    );
    let findings = check(&scene).await;
    assert_eq!(found(&findings, "permissions")[0].0, None);
}

#[tokio::test]
async fn nobody_there_is_unclear() {
    let scene = Scene::configured(json!({"apiBaseUrl": "http://localhost:1"})).await;
    assert_eq!(found(&check(&scene).await, "credentials")[0].0, None);
}
