//! What trying a configuration tells.

use domain::Environment;
use serde_json::{Value, json};
use stores::Finding;

use crate::scene::{Scene, millis, now};
use crate::server::Reply;

const ASKED: &str = "/inApps/v1/transactions/1";
const HISTORY: &str = "/inApps/v1/notifications/history";

async fn set() -> Scene {
    let scene = Scene::set().await;
    let none = json!({"hasMore": false, "notificationHistory": []});
    scene.server.replies(HISTORY, Reply::json(&none));
    scene
}

async fn check(scene: &Scene, changes: &Value) -> Vec<Finding> {
    scene.config(changes).check(&scene.context, now()).await
}

fn told(findings: &[Finding]) -> Vec<(&str, Option<bool>)> {
    findings
        .iter()
        .map(|found| (found.tried, found.ok))
        .collect()
}

fn both() -> Value {
    json!({"sandboxPurchases": true})
}

#[tokio::test]
async fn a_good_configuration_is_good_in_each_environment() {
    let scene = set().await;
    let findings = check(&scene, &json!({})).await;
    assert_eq!(
        told(&findings),
        [("credentials", Some(true)), ("notifications", Some(true))]
    );
    assert_eq!(
        scene.server.lines(),
        [
            format!("GET /production{ASKED}"),
            format!("POST /production{HISTORY}")
        ]
    );
    let findings = check(&scene, &both()).await;
    let expected = [
        ("credentials", Some(true)),
        ("environment", Some(true)),
        ("notifications", Some(true)),
        ("notifications", Some(true)),
    ];
    assert_eq!(told(&findings), expected);
}

#[tokio::test]
async fn nothing_is_changed_and_nothing_is_sent() {
    let scene = set().await;
    check(&scene, &both()).await;
    for line in scene.server.lines() {
        let asks = line.starts_with("GET ") || line.ends_with(HISTORY);
        assert!(asks, "{line}");
    }
}

#[tokio::test]
async fn refused_everywhere_it_is_the_key() {
    let scene = set().await;
    scene
        .server
        .replies(ASKED, Reply::new(401, "Unauthenticated"));
    let findings = check(&scene, &both()).await;
    assert_eq!(
        told(&findings),
        [("credentials", Some(false)), ("environment", Some(false))]
    );
    assert!(findings[0].message.contains("privateKey"), "{findings:?}");
    let sandbox = scene.config_in(Environment::Sandbox, &json!({}));
    let findings = sandbox.check(&scene.context, now()).await;
    assert_eq!(told(&findings), [("credentials", Some(false))]);
    assert!(!findings[0].message.contains("released"), "{findings:?}");
}

#[tokio::test]
async fn refused_by_production_alone_the_app_may_not_be_released() {
    let scene = set().await;
    let refused = Reply::new(401, "Unauthenticated");
    scene
        .server
        .replies(&format!("/production{ASKED}"), refused);
    let findings = check(&scene, &both()).await;
    let expected = [
        ("credentials", Some(false)),
        ("environment", Some(true)),
        ("notifications", Some(true)),
    ];
    assert_eq!(told(&findings), expected);
    assert!(
        findings[0].message.contains("never released"),
        "{findings:?}"
    );

    let switched = json!({"sandboxPurchases": true, "sandboxOn401": true});
    let findings = check(&scene, &switched).await;
    assert_eq!(findings[0].ok, Some(true));
    assert!(findings[0].message.contains("sandboxOn401"), "{findings:?}");
}

#[tokio::test]
async fn refused_by_the_sandbox_alone_it_is_the_kind_of_key() {
    let scene = set().await;
    let refused = Reply::new(401, "Unauthenticated");
    scene.server.replies(&format!("/sandbox{ASKED}"), refused);
    let findings = check(&scene, &both()).await;
    assert_eq!(findings[1].ok, Some(false));
    assert!(
        findings[1].message.contains("In-App Purchase key"),
        "{findings:?}"
    );
}

#[tokio::test]
async fn an_app_that_apple_does_not_know_is_refused() {
    let scene = set().await;
    scene.server.replies(ASKED, Reply::error(4_040_003));
    let findings = check(&scene, &json!({})).await;
    assert_eq!(told(&findings), [("credentials", Some(false))]);
}

#[tokio::test]
async fn what_cannot_be_told_now_is_neither_good_nor_bad() {
    let scene = set().await;
    for reply in [
        Reply::error(4_290_000),
        Reply::error(5_000_000),
        Reply::new(404, ""),
    ] {
        scene.server.replies(ASKED, reply.clone());
        scene.server.replies(HISTORY, reply);
        let findings = check(&scene, &json!({})).await;
        assert_eq!(
            told(&findings),
            [("credentials", None), ("notifications", None)]
        );
    }
}

#[tokio::test]
async fn notifications_that_nobody_took_are_told_with_the_reason() {
    let scene = set().await;
    let attempt = |date: &str, result: &str| json!({"attemptDate": millis(date), "sendAttemptResult": result});
    let failed = json!({"signedPayload": "a.b.c", "sendAttempts": [
        attempt("2026-11-20T11:00:00Z", "SOCKET_ISSUE"),
        attempt("2026-11-20T10:00:00Z", "TIMED_OUT"),
    ]});
    let history = json!({"hasMore": true, "paginationToken": "t", "notificationHistory": [failed]});
    scene.server.replies(HISTORY, Reply::json(&history));
    let findings = check(&scene, &json!({})).await;
    assert_eq!(findings[1].ok, Some(false));
    let text =
        "Production: 1 or more of the last day were not delivered; the last attempt: SOCKET_ISSUE";
    assert_eq!(findings[1].message, text);
    let asked = scene.server.asked();
    assert_eq!(asked[1].json()["startDate"], millis("2026-11-19T12:00:00Z"));
}
