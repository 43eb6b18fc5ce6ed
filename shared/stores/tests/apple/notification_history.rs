//! What Apple sent and nobody took, asked for page by page.

use domain::Environment;
use serde_json::{Value, json};
use stores::{LookUpError, StoreConfig, Undelivered};

use crate::authority::{APPLE, Authority, Wanted, header, sign, signed};
use crate::scene::{ORIGINAL, Scene, at, data, millis, payload, renewal, transaction};
use crate::server::Reply;

const HISTORY: &str = "/inApps/v1/notifications/history";

fn page(signed: &[String], next: Option<&str>) -> Value {
    let sent = |signed: &String| {
        json!({"signedPayload": signed, "sendAttempts":
        [{"attemptDate": millis("2026-11-20T11:59:02Z"), "sendAttemptResult": "TIMED_OUT"}]})
    };
    let history: Vec<Value> = signed.iter().map(sent).collect();
    json!({"paginationToken": next, "hasMore": next.is_some(), "notificationHistory": history})
}

fn renewed(id: &str) -> String {
    signed(&payload("DID_RENEW", &json!({"notificationUUID": id})))
}

async fn undelivered(
    scene: &Scene,
    config: &StoreConfig,
    page: Option<&str>,
) -> Result<Undelivered, LookUpError> {
    let (since, until) = (at("2026-11-19T12:00:00Z"), at("2026-11-20T12:00:00Z"));
    config.undelivered(&scene.context, since, until, page).await
}

fn ids(undelivered: &Undelivered) -> Vec<&str> {
    undelivered
        .notifications
        .iter()
        .map(|one| one.id.as_str())
        .collect()
}

#[tokio::test]
async fn the_failures_of_a_stretch_of_time_are_asked_for() {
    let scene = Scene::set().await;
    scene.server.replies(
        HISTORY,
        Reply::json(&page(&[renewed("1"), renewed("2")], None)),
    );
    let undelivered = undelivered(&scene, &scene.config(&json!({})), None)
        .await
        .unwrap();
    assert_eq!(ids(&undelivered), ["1", "2"]);
    assert_eq!(undelivered.next, None);
    assert_eq!(undelivered.notifications[0].locator.key.as_str(), ORIGINAL);
    assert!(undelivered.notifications[0].notice.is_some());
    let asked = scene.server.asked();
    assert_eq!(asked[0].line, format!("POST /production{HISTORY}"));
    let expected = json!({
        "startDate": millis("2026-11-19T12:00:00Z"),
        "endDate": millis("2026-11-20T12:00:00Z"),
        "onlyFailures": true,
    });
    assert_eq!(asked[0].json(), expected);
}

#[tokio::test]
async fn page_follows_page_and_environment_environment() {
    let scene = Scene::set().await;
    let both = scene.config(&json!({"sandboxPurchases": true}));
    let first = Reply::json(&page(&[renewed("1")], Some("a+b/c=")));
    scene
        .server
        .replies(&format!("/production{HISTORY}"), first);
    let second = Reply::json(&page(&[renewed("2")], None));
    let rest = format!("/production{HISTORY}?paginationToken=a%2Bb%2Fc%3D");
    scene.server.replies(&rest, second);
    let sandbox = Reply::json(&page(&[], None));
    scene.server.replies(&format!("/sandbox{HISTORY}"), sandbox);

    let mut next = None;
    let mut told = Vec::new();
    for _ in 0..3 {
        let undelivered = undelivered(&scene, &both, next.as_deref()).await.unwrap();
        told.extend(undelivered.notifications.iter().map(|one| one.id.clone()));
        next = undelivered.next;
    }
    assert_eq!(told, ["1", "2"]);
    assert_eq!(next, None);
    let expected = [
        format!("POST /production{HISTORY}"),
        format!("POST {rest}"),
        format!("POST /sandbox{HISTORY}"),
    ];
    assert_eq!(scene.server.lines(), expected);
}

#[tokio::test]
async fn a_list_goes_on_until_apple_says_otherwise() {
    let scene = Scene::set().await;
    let end = Ok(None);
    for (token, more, next) in [
        (json!("token"), json!(false), end),
        (json!(""), json!(null), end),
        (json!(null), json!(null), end),
        (json!("token"), json!(true), Ok(Some("Production:token"))),
        (json!("token"), json!(null), Ok(Some("Production:token"))),
        (json!(""), json!(true), Err("malformed")),
        (json!(null), json!(true), Err("malformed")),
        (json!("x".repeat(4097)), json!(true), Err("malformed")),
    ] {
        let mut page = page(&[renewed("1")], None);
        page["paginationToken"] = token;
        page["hasMore"] = more;
        scene.server.replies(HISTORY, Reply::json(&page));
        let undelivered = undelivered(&scene, &scene.config(&json!({})), None).await;
        let read = undelivered.map(|undelivered| undelivered.next);
        let read = read
            .as_ref()
            .map(Option::as_deref)
            .map_err(LookUpError::kind);
        assert_eq!(read, next);
    }
}

#[tokio::test]
async fn a_page_is_read_to_its_end() {
    let scene = Scene::set().await;
    let bare = data(&json!({"signedTransactionInfo": null, "signedRenewalInfo": null}));
    let test = signed(&payload("TEST", &json!({ "data": bare })));
    let mut sent = vec![test; 100];
    sent.push(renewed("last"));
    scene
        .server
        .replies(HISTORY, Reply::json(&page(&sent, None)));
    let undelivered = undelivered(&scene, &scene.config(&json!({})), None).await;
    assert_eq!(ids(&undelivered.unwrap()), ["last"]);
}

#[tokio::test]
async fn a_page_that_apple_never_named_is_not_asked_for() {
    let scene = Scene::set().await;
    for page in ["token", "Sandbox:token", "Xcode:", ""] {
        let error = undelivered(&scene, &scene.config(&json!({})), Some(page)).await;
        assert_eq!(error.unwrap_err().kind(), "rejected", "{page}");
    }
    assert_eq!(scene.server.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_apples_or_not_about_a_purchase_is_left_out() {
    let other_app = data(&json!({"bundleId": "com.example.other"}));
    let bare = data(&json!({"signedTransactionInfo": null, "signedRenewalInfo": null}));
    let sent = [
        Authority::new().sign(&payload("DID_RENEW", &json!({}))),
        signed(&payload("DID_RENEW", &json!({"data": other_app}))),
        signed(&payload("TEST", &json!({"data": bare}))),
        signed(&json!("text")),
        "a.b.c".to_owned(),
        renewed("good"),
    ];
    let scene = Scene::set().await;
    scene
        .server
        .replies(HISTORY, Reply::json(&page(&sent, None)));
    let undelivered = undelivered(&scene, &scene.config(&json!({})), None)
        .await
        .unwrap();
    assert_eq!(ids(&undelivered), ["good"]);
}

/// Signed a year ago, by a leaf that was good then.
#[tokio::test]
async fn old_certificates_hold_at_the_date_of_what_they_signed() {
    let wanted = Wanted {
        years: (2024, 2026),
        ..Wanted::leaf()
    };
    let leaf = wanted.under(&APPLE.intermediate);
    let chain = [&leaf, &APPLE.intermediate, &APPLE.root].map(|one| one.der.clone());
    let sign = |payload: &Value| sign(&header(&chain), payload, &leaf.key);
    let scene = Scene::set().await;
    for (date, count) in [("2025-11-20T12:00:00Z", 1), ("2026-11-20T11:00:00Z", 0)] {
        let date = json!({"signedDate": millis(date)});
        let whole = json!({"signedDate": date["signedDate"], "data": data(&json!({
            "signedTransactionInfo": sign(&transaction(&date)),
            "signedRenewalInfo": sign(&renewal(&date)),
        }))});
        let sent = [sign(&payload("DID_RENEW", &whole))];
        scene
            .server
            .replies(HISTORY, Reply::json(&page(&sent, None)));
        let undelivered = undelivered(&scene, &scene.config(&json!({})), None).await;
        let proven = undelivered.map(|undelivered| undelivered.notifications.len());
        assert_eq!(proven.unwrap_or(0), count);
    }
}

#[tokio::test]
async fn a_page_on_which_nothing_is_proven_is_no_answer() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let other = Authority::new();
    let strange = |kind: &str| other.sign(&payload(kind, &json!({})));
    let unproven = vec![strange("DID_RENEW"), strange("EXPIRED")];
    scene
        .server
        .replies(HISTORY, Reply::json(&page(&unproven, Some("next"))));
    let error = undelivered(&scene, &config, None).await.unwrap_err();
    assert_eq!(error.kind(), "malformed");

    let bare = data(&json!({"signedTransactionInfo": null, "signedRenewalInfo": null}));
    let forgotten = signed(&payload("TEST", &json!({"data": bare})));
    let mixed = [unproven, vec![forgotten]].concat();
    for sent in [mixed, Vec::new()] {
        scene
            .server
            .replies(HISTORY, Reply::json(&page(&sent, Some("next"))));
        let undelivered = undelivered(&scene, &config, None).await.unwrap();
        assert!(undelivered.notifications.is_empty() && undelivered.next.is_some());
    }
}

#[tokio::test]
async fn a_whole_page_of_notifications_fits() {
    let sent: Vec<String> = (0..20).map(|number| renewed(&number.to_string())).collect();
    let scene = Scene::set().await;
    scene
        .server
        .replies(HISTORY, Reply::json(&page(&sent, None)));
    let undelivered = undelivered(&scene, &scene.config(&json!({})), None)
        .await
        .unwrap();
    assert_eq!(undelivered.notifications.len(), 20);
}

#[tokio::test]
async fn a_refusal_is_no_empty_page() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    for (reply, kind) in [
        (Reply::new(401, ""), "unauthorized"),
        (Reply::error(4_290_000), "throttled"),
        (Reply::error(5_000_000), "unavailable"),
        (Reply::error(4_000_012), "rejected"),
        (Reply::new(200, "[]"), "malformed"),
    ] {
        scene.server.replies(HISTORY, reply);
        let error = undelivered(&scene, &config, None).await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}

#[tokio::test]
async fn an_app_that_was_never_released_has_a_history_in_the_sandbox() {
    let scene = Scene::set().await;
    let refused = Reply::new(401, "Unauthenticated");
    scene
        .server
        .replies(&format!("/production{HISTORY}"), refused);
    let switched = scene.config(&json!({"sandboxPurchases": true, "sandboxOn401": true}));
    let undelivered = undelivered(&scene, &switched, None).await.unwrap();
    assert_eq!(undelivered.next.as_deref(), Some("Sandbox:"));
}

#[tokio::test]
async fn a_stack_of_the_sandbox_asks_the_sandbox() {
    let scene = Scene::set().await;
    scene.server.replies(HISTORY, Reply::json(&page(&[], None)));
    let config = scene.config_in(Environment::Sandbox, &json!({}));
    undelivered(&scene, &config, None).await.unwrap();
    assert_eq!(scene.server.lines(), [format!("POST /sandbox{HISTORY}")]);
}
