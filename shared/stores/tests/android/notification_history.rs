//! Google's list of voided purchases.

use domain::{Store, Timestamp, VoidedPayment};
use jiff::SignedDuration;
use serde_json::{Value, json};
use stores::{LookUpError, Received, Undelivered};

use crate::google::{Call, Reply};
use crate::json::changed;
use crate::keys::PUSH;
use crate::scene::{
    OLD_TOKEN, ORDER, PACKAGE, Scene, TOKEN, at, bearer, claims, notification, now, push,
};

/// The other application, which comes first.
const OTHER: &str = "com.example.other";

/// When the entries were voided, as Google writes it.
const VOIDED: &str = "1795176000123";

fn hours_ago(hours: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(hours)
}

async fn undelivered(scene: &Scene, page: Option<&str>) -> Result<Undelivered, LookUpError> {
    let (config, since) = (scene.config(&json!({})), hours_ago(2));
    config
        .undelivered(&scene.context, since, hours_ago(1), page)
        .await
}

/// An entry, with `changes` on top.
fn entry(changes: &Value) -> Value {
    let entry = json!({
        "kind": "androidpublisher#voidedPurchase",
        "purchaseToken": TOKEN,
        "orderId": ORDER,
        "purchaseTimeMillis": "1794700801250",
        "voidedTimeMillis": VOIDED,
        "voidedSource": 0, "voidedReason": 7, "voidedQuantity": 1,
    });
    changed(entry, changes)
}

fn page(entries: &[Value], next: &str) -> Reply {
    Reply::json(&json!({
        "pageInfo": {"totalResults": 1, "resultPerPage": 100, "startIndex": 0},
        "tokenPagination": {"nextPageToken": next, "previousPageToken": ""},
        "voidedPurchases": entries,
    }))
}

/// What Google answers when there is nothing.
fn empty() -> Reply {
    Reply::json(&json!({}))
}

fn orders(undelivered: &Undelivered) -> Vec<&str> {
    let told = undelivered.notifications.iter();
    told.map(|told| told.voided.as_ref().unwrap().order_id.as_deref().unwrap())
        .collect()
}

/// The applications that were asked about.
fn asked_about(scene: &Scene) -> Vec<String> {
    let asked = scene.google.asked(Call::Voided);
    asked
        .iter()
        .map(|asked| asked.path.split('/').nth(4).unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_entry_says_what_its_notification_says() {
    let scene = Scene::set().await;
    scene
        .google
        .replies(Call::Voided, [page(&[entry(&json!({}))], "")]);
    let last = format!("{PACKAGE}:");
    let read = undelivered(&scene, Some(&last)).await.unwrap();
    assert_eq!(read.next, None);

    let voided = json!({"voidedPurchaseNotification":
        {"purchaseToken": TOKEN, "orderId": ORDER, "productType": 1, "refundType": 1}});
    let body = push(&notification(&voided)).to_string();
    let headers = bearer(&PUSH.sign(&claims(&json!({}))));
    let config = scene.config(&json!({}));
    let sent = config.read_notification(&scene.context, &headers, body.as_bytes(), now());
    let Received::About(mut sent) = sent.await.unwrap().received else {
        panic!("it is about a purchase");
    };
    sent.id.clone_from(&read.notifications[0].id);
    assert_eq!(read.notifications, [sent]);
}

#[tokio::test]
async fn google_is_asked_for_both_types_and_for_whole_refunds_of_that_time() {
    let scene = Scene::set().await;
    scene.google.replies(Call::Voided, [empty()]);
    let (since, until) = (hours_ago(5), hours_ago(4));
    let config = scene.config(&json!({}));
    let read = config.undelivered(&scene.context, since, until, None);
    read.await.unwrap();

    let asked = scene.google.asked(Call::Voided).remove(0);
    let path = format!("/androidpublisher/v3/applications/{OTHER}/purchases/voidedpurchases");
    assert_eq!(asked.path, path);
    assert_eq!(asked.header("authorization"), Some("Bearer ya29.token-1"));
    let millis = |at: Timestamp| [at.as_millisecond().to_string()];
    assert_eq!(asked.says("startTime"), millis(since));
    assert_eq!(asked.says("endTime"), millis(until));
    assert_eq!(asked.says("type"), ["1"]);
    assert_eq!(asked.says("maxResults"), ["100"]);
    for name in ["token", "includeQuantityBasedPartialRefund"] {
        assert!(asked.says(name).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn what_is_older_than_google_s_list_is_not_asked_for() {
    let scene = Scene::set().await;
    scene.google.replies(Call::Voided, [empty()]);
    let config = scene.config(&json!({}));
    let long_ago = hours_ago(24 * 40);
    let read = config.undelivered(&scene.context, long_ago, hours_ago(1), None);
    read.await.unwrap();
    let asked = scene.google.asked(Call::Voided).remove(0);
    let start: i64 = asked.says("startTime")[0].parse().unwrap();
    let age = Timestamp::now().as_millisecond() - start;
    assert!((0..30 * 86_400_000).contains(&age), "{age}");
    assert!(age >= 28 * 86_400_000, "{age}");

    let window = (long_ago, hours_ago(24 * 35));
    let read = config.undelivered(&scene.context, window.0, window.1, None);
    assert_eq!(read.await, Ok(Undelivered::default()));
    assert_eq!(scene.google.count(Call::Voided), 1);
}

#[tokio::test]
async fn every_page_of_every_application_is_read() {
    let scene = Scene::set().await;
    let numbered = |number: u8| entry(&json!({"orderId": format!("{ORDER}..{number}")}));
    let pages = [
        page(&[numbered(0)], "next=&: 2"),
        page(&[numbered(1)], ""),
        page(&[numbered(2)], ""),
    ];
    scene.google.replies(Call::Voided, pages);
    let (mut read, mut next) = (Vec::new(), None);
    loop {
        let undelivered = undelivered(&scene, next.as_deref()).await.unwrap();
        read.extend(undelivered.notifications);
        next = undelivered.next;
        if next.is_none() {
            break;
        }
    }
    let packages: Vec<_> = read
        .iter()
        .map(|told| told.locator.details["packageName"].as_str())
        .collect();
    assert_eq!(packages, [OTHER, OTHER, PACKAGE]);
    assert_eq!(asked_about(&scene), packages);
    let tokens = scene.google.asked(Call::Voided);
    let tokens: Vec<_> = tokens.iter().map(|asked| asked.says("token")).collect();
    assert_eq!(tokens, [vec![], vec!["next=&: 2"], vec![]]);
}

#[tokio::test]
async fn an_id_is_that_of_the_order_whenever_it_is_read() {
    let scene = Scene::set().await;
    let entries = [
        entry(&json!({})),
        entry(&json!({"voidedTimeMillis": 1_795_176_000_999_i64})),
        entry(&json!({"orderId": format!("{ORDER}..0")})),
        entry(&json!({"purchaseToken": OLD_TOKEN})),
        entry(&json!({"orderId": null})),
        entry(&json!({"orderId": ""})),
    ];
    scene.google.replies(Call::Voided, [page(&entries, "")]);
    let read = undelivered(&scene, None).await.unwrap();
    let ids: Vec<_> = read.notifications.iter().map(|told| &told.id).collect();
    assert_eq!((ids[0], ids[4]), (ids[1], ids[5]));
    for (one, other) in [(0, 2), (0, 3), (2, 3), (0, 4)] {
        assert_ne!(ids[one], ids[other]);
    }
    for id in ids {
        assert_eq!(id.len(), 64);
    }
    let whole = Some(VoidedPayment {
        order_id: None,
        at: at("2026-11-20T12:00:00.123Z"),
    });
    assert_eq!(read.notifications[4].voided, whole);
    let times = read.notifications[..2].iter().map(|told| told.sent_at);
    let later = at("2026-11-20T12:00:00.999Z");
    assert_eq!(
        times.collect::<Vec<_>>(),
        [Some(at("2026-11-20T12:00:00.123Z")), Some(later)]
    );
}

#[tokio::test]
async fn an_entry_that_can_not_be_read_is_left_out() {
    let scene = Scene::set().await;
    let entries = [
        json!(7),
        json!({}),
        entry(&json!({"purchaseToken": null})),
        entry(&json!({"purchaseToken": ""})),
        entry(&json!({"purchaseToken": "x".repeat(2049)})),
        entry(&json!({"orderId": 7})),
        entry(&json!({"voidedTimeMillis": null})),
        entry(&json!({"voidedTimeMillis": "soon"})),
        entry(&json!({})),
    ];
    scene.google.replies(Call::Voided, [page(&entries, "")]);
    let read = undelivered(&scene, None).await.unwrap();
    assert_eq!(orders(&read), [ORDER]);
}

#[tokio::test]
async fn a_page_that_is_no_longer_right_is_rejected_so_that_the_window_is_read_again() {
    let scene = Scene::set().await;
    for page in ["", "com.example.removed:", PACKAGE, ":token"] {
        let error = undelivered(&scene, Some(page)).await.unwrap_err();
        assert_eq!(error.kind(), "rejected", "{page}");
    }
    assert_eq!(scene.google.count(Call::Voided), 0);
    let page = format!("{PACKAGE}:stale");
    for status in [400, 404, 410] {
        let refusal = Reply::refusal(status, "invalidValue");
        scene.google.replies(Call::Voided, [refusal]);
        let error = undelivered(&scene, Some(&page)).await.unwrap_err();
        assert_eq!(error.kind(), "rejected", "{status}");
    }
}

#[tokio::test]
async fn an_application_that_may_not_be_asked_about_does_not_hold_up_the_others() {
    for status in [403, 404] {
        let scene = Scene::set().await;
        let refusal = || Reply::refusal(status, "permissionDenied");
        let read = page(&[entry(&json!({}))], "");
        scene.google.replies(Call::Voided, [refusal(), read]);
        let read = undelivered(&scene, None).await.unwrap();
        assert_eq!(orders(&read), [ORDER], "{status}");
        assert_eq!(read.next, None);
        assert_eq!(asked_about(&scene), [OTHER, PACKAGE]);

        scene.google.replies(Call::Voided, [empty(), refusal()]);
        let next = undelivered(&scene, None).await.unwrap().next;
        assert_eq!(next, Some(format!("{PACKAGE}:")));
        let read = undelivered(&scene, next.as_deref()).await;
        assert_eq!(read, Ok(Undelivered::default()), "{status}");
    }
}

#[tokio::test]
async fn nothing_is_passed_over_while_no_application_may_be_asked_about() {
    for (status, kind) in [(403, "unauthorized"), (404, "rejected")] {
        let scene = Scene::set().await;
        let refusal = Reply::refusal(status, "permissionDenied");
        scene.google.replies(Call::Voided, [refusal]);
        let error = undelivered(&scene, None).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(asked_about(&scene), [OTHER, PACKAGE]);
    }
}

#[tokio::test]
async fn a_list_that_can_not_be_had_is_an_error_and_no_end_of_the_list() {
    for (reply, kind) in [
        (Reply::refusal(401, "authError"), "unauthorized"),
        (Reply::refusal(403, "quotaExceeded"), "throttled"),
        (Reply::refusal(429, "rateLimitExceeded"), "throttled"),
        (Reply::refusal(500, "backendError"), "unavailable"),
        (Reply::refusal(400, "invalidValue"), "rejected"),
        (Reply::new(200, "<html>"), "malformed"),
        (Reply::json(&json!("list")), "malformed"),
        (Reply::json(&json!({"voidedPurchases": 7})), "malformed"),
        (page(&[], &"x".repeat(4097)), "malformed"),
    ] {
        let scene = Scene::set().await;
        scene.google.replies(Call::Voided, [reply]);
        for page in [None, Some("com.example.streaming:")] {
            let error = undelivered(&scene, page).await.unwrap_err();
            assert_eq!(error.kind(), kind);
        }
        let asked = asked_about(&scene);
        assert!(asked.ends_with(&[PACKAGE.to_owned()]), "{asked:?}");
        assert!(asked[..asked.len() / 2].iter().all(|name| name == OTHER));
    }
    let scene = Scene::set().await;
    scene
        .google
        .replies(Call::Token, [Reply::refusal(400, "invalid_grant")]);
    let error = undelivered(&scene, None).await.unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);
    assert_eq!(scene.google.count(Call::Voided), 0);
}

#[tokio::test]
async fn a_missing_permission_in_the_middle_of_a_list_ends_nothing() {
    let scene = Scene::set().await;
    let refusal = Reply::refusal(403, "permissionDenied");
    scene.google.replies(Call::Voided, [refusal]);
    let page = format!("{OTHER}:2");
    let error = undelivered(&scene, Some(&page)).await.unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);
    assert_eq!(asked_about(&scene), [OTHER]);
}

#[tokio::test]
async fn a_page_may_hold_the_longest_tokens() {
    let scene = Scene::set().await;
    let entries: Vec<_> = (0..100)
        .map(|number| {
            let token = format!("{number:02}{}", "x".repeat(2046));
            entry(&json!({ "purchaseToken": token }))
        })
        .collect();
    scene.google.replies(Call::Voided, [page(&entries, "")]);
    let read = undelivered(&scene, None).await.unwrap();
    assert_eq!(read.notifications.len(), 100);
}

#[test]
fn google_keeps_such_a_list() {
    assert!(stores::profile(Store::Android).lists_undelivered);
}
