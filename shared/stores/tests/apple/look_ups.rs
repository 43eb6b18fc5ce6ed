//! What Apple is asked, in which order, and what is made of its answers.

use domain::{Locator, Status};
use serde_json::{Value, json};
use stores::{LookUpError, LookedUp, parse_submission};

use crate::authority::{Authority, signed};
use crate::json::changed;
use crate::scene::{
    GROUP, LATEST, ORIGINAL, Scene, entry, info, known, known_locator, millis, now, one_time,
    renewal, statuses, submitted, transaction,
};
use crate::server::Reply;

const OTHER: &str = "700001230000099";

pub fn asked(environment: &str, call: &str, id: &str) -> String {
    format!("GET /{environment}/inApps/v1/{call}/{id}")
}

pub fn status(number: i64, changes: &Value) -> Value {
    let environment =
        json!({"environment": changes.get("environment").unwrap_or(&json!("Production"))});
    let original = changes
        .get("originalTransactionId")
        .cloned()
        .unwrap_or(json!(ORIGINAL));
    let next = changed(environment, &json!({"originalTransactionId": original}));
    entry(number, &transaction(changes), &renewal(&next))
}

pub async fn with(entries: &[Value]) -> Scene {
    let scene = Scene::set().await;
    let reply = Reply::json(&statuses(entries));
    scene
        .server
        .replies(&asked("production", "subscriptions", ORIGINAL), reply);
    scene
}

pub fn signed_submission(transaction: &Value) -> Locator {
    let body = json!({"signedTransaction": signed(transaction)});
    parse_submission(domain::Store::Apple, &body)
        .unwrap()
        .locator
}

pub fn read(looked: Result<LookedUp, LookUpError>) -> (String, Status) {
    let snapshot = looked.unwrap().snapshot;
    let key = snapshot.purchase_key.as_str().to_owned();
    (key, known(snapshot).status)
}

#[tokio::test]
async fn a_known_subscription_takes_one_question() {
    let scene = with(&[status(1, &json!({}))]).await;
    let looked = scene.look(&known_locator()).await.unwrap();
    assert_eq!(looked.snapshot.observed_at, now());
    assert_eq!((looked.receipt, looked.others), (None, Vec::new()));
    assert_eq!(
        scene.server.lines(),
        [asked("production", "subscriptions", ORIGINAL)]
    );
}

#[tokio::test]
async fn a_signed_submission_takes_one_question() {
    let scene = with(&[status(1, &json!({}))]).await;
    let looked = scene
        .look(&signed_submission(&transaction(&json!({}))))
        .await;
    assert_eq!(read(looked), (ORIGINAL.to_owned(), Status::Active));
    assert_eq!(
        scene.server.lines(),
        [asked("production", "subscriptions", ORIGINAL)]
    );
}

#[tokio::test]
async fn a_bare_id_is_first_asked_what_it_is() {
    let scene = with(&[status(1, &json!({}))]).await;
    let about = Reply::json(&info(&transaction(&json!({}))));
    scene
        .server
        .replies(&asked("production", "transactions", LATEST), about);
    let looked = scene.look(&submitted(LATEST)).await;
    assert_eq!(read(looked), (ORIGINAL.to_owned(), Status::Active));
    let expected = [
        asked("production", "transactions", LATEST),
        asked("production", "subscriptions", ORIGINAL),
    ];
    assert_eq!(scene.server.lines(), expected);
}

#[tokio::test]
async fn a_thing_bought_once_takes_one_question() {
    let scene = Scene::set().await;
    let about = Reply::json(&info(&one_time(&json!({}))));
    scene
        .server
        .replies(&asked("production", "transactions", ORIGINAL), about);
    let looked = scene.look(&submitted(ORIGINAL)).await.unwrap();
    let details = known(looked.snapshot.clone()).details;
    assert!(known(looked.snapshot).billing.is_one_time());
    let again = Locator {
        details,
        ..submitted(ORIGINAL)
    };
    assert_eq!(
        read(scene.look(&again).await),
        (ORIGINAL.to_owned(), Status::Active)
    );
    let once = asked("production", "transactions", ORIGINAL);
    assert_eq!(scene.server.lines(), [once.clone(), once]);
}

#[tokio::test]
async fn a_hint_that_was_wrong_is_put_right() {
    let scene = with(&[]).await;
    let about = Reply::json(&info(&one_time(&json!({}))));
    scene
        .server
        .replies(&asked("production", "transactions", ORIGINAL), about);
    let claimed = signed_submission(&transaction(&json!({})));
    let looked = scene.look(&claimed).await.unwrap();
    assert!(known(looked.snapshot).billing.is_one_time());
}

#[tokio::test]
async fn of_several_subscriptions_the_one_that_is_asked_for_counts() {
    let others = status(5, &json!({"originalTransactionId": OTHER}));
    let scene = with(&[others, status(3, &json!({}))]).await;
    let looked = scene.look(&known_locator()).await;
    assert_eq!(read(looked), (ORIGINAL.to_owned(), Status::OnHold));
}

#[tokio::test]
async fn a_submission_that_the_statuses_lack_is_the_best_of_its_group() {
    // From the best to the worst.
    let order = [1, 4, 3, 2, 5];
    let one = |number: i64, id: &str| {
        let id = json!({"originalTransactionId": id});
        let grace = json!({"gracePeriodExpiresDate": millis("2026-12-31T00:00:00Z")});
        entry(number, &transaction(&id), &renewal(&changed(id, &grace)))
    };
    for (at, best) in order.into_iter().enumerate() {
        let worse = order[at + 1..].iter().map(|number| one(*number, "7"));
        let entries: Vec<Value> = worse.chain([one(best, OTHER)]).collect();
        let mut answer = statuses(&entries);
        let elsewhere =
            json!({"subscriptionGroupIdentifier": "99", "lastTransactions": [one(1, "8")]});
        answer["data"].as_array_mut().unwrap().insert(0, elsewhere);
        let scene = Scene::set().await;
        let reply = Reply::json(&answer);
        scene
            .server
            .replies(&asked("production", "subscriptions", ORIGINAL), reply);
        for id in [LATEST, ORIGINAL] {
            let about = Reply::json(&info(&transaction(&json!({}))));
            scene
                .server
                .replies(&asked("production", "transactions", id), about);
        }
        for locator in [
            submitted(LATEST),
            signed_submission(&transaction(&json!({}))),
        ] {
            let (key, _) = read(scene.look(&locator).await);
            assert_eq!(key, OTHER, "{best}");
        }
    }
}

#[tokio::test]
async fn nothing_is_concluded_for_a_known_subscription_that_the_statuses_lack() {
    let scene = with(&[status(1, &json!({"originalTransactionId": OTHER}))]).await;
    let about = Reply::json(&info(&transaction(&json!({}))));
    scene
        .server
        .replies(&asked("production", "transactions", ORIGINAL), about);
    let error = scene.look(&known_locator()).await.unwrap_err();
    assert_eq!(error.kind(), "unavailable");
}

#[tokio::test]
async fn nothing_is_concluded_where_there_is_no_status_at_all() {
    let scene = with(&[]).await;
    let about = Reply::json(&info(&transaction(&json!({}))));
    scene
        .server
        .replies(&asked("production", "transactions", LATEST), about);
    let error = scene.look(&submitted(LATEST)).await.unwrap_err();
    assert_eq!(error.kind(), "unavailable");
    let unknown = Reply::error(4_040_010);
    scene
        .server
        .replies(&asked("production", "subscriptions", ORIGINAL), unknown);
    let error = scene.look(&submitted(LATEST)).await.unwrap_err();
    assert_eq!(error.kind(), "unavailable");
}

#[tokio::test]
async fn what_apple_did_not_sign_is_no_answer() {
    let other = Authority::new();
    let forged = other.sign(&transaction(&json!({})));
    let changes = |name: &str, value: Value| {
        let mut entry = status(1, &json!({}));
        entry[name] = value;
        entry
    };
    let of_another = signed(&renewal(&json!({"originalTransactionId": OTHER})));
    let of_the_sandbox = signed(&transaction(&json!({"environment": "Sandbox"})));
    let of_another_app = signed(&transaction(&json!({"bundleId": "com.example.other"})));
    for entry in [
        changes("signedTransactionInfo", json!(forged)),
        changes("signedTransactionInfo", json!(of_the_sandbox)),
        changes("signedTransactionInfo", json!(of_another_app)),
        changes(
            "signedTransactionInfo",
            json!(signed(&transaction(
                &json!({"originalTransactionId": OTHER})
            ))),
        ),
        changes("signedTransactionInfo", Value::Null),
        changes("signedRenewalInfo", json!(other.sign(&renewal(&json!({}))))),
        changes("signedRenewalInfo", json!(of_another)),
        changes(
            "signedRenewalInfo",
            json!(signed(&renewal(&json!({"environment": "Sandbox"})))),
        ),
        changes("status", json!("1")),
    ] {
        let scene = with(&[entry]).await;
        let error = scene.look(&known_locator()).await.unwrap_err();
        assert_eq!(error.kind(), "malformed");
    }
    let scene = Scene::set().await;
    for jws in [forged, of_the_sandbox, of_another_app] {
        let about = Reply::json(&json!({"signedTransactionInfo": jws}));
        scene
            .server
            .replies(&asked("production", "transactions", LATEST), about);
        let error = scene.look(&submitted(LATEST)).await.unwrap_err();
        assert_eq!(error.kind(), "malformed");
    }
}

#[tokio::test]
async fn an_answer_with_old_certificates_holds_at_its_date() {
    let then = json!({"signedDate": millis("2025-06-01T00:00:00Z")});
    let before = json!({"signedDate": millis("2024-06-01T00:00:00Z")});
    for (date, kind) in [(then, None), (before, Some("malformed"))] {
        let entry = entry(1, &transaction(&date), &renewal(&date));
        let scene = with(&[entry]).await;
        let looked = scene.look(&known_locator()).await;
        assert_eq!(looked.err().map(|error| error.kind()), kind);
    }
}

#[tokio::test]
async fn as_many_subscriptions_as_anybody_can_have_are_read() {
    let other = status(5, &json!({"originalTransactionId": OTHER}));
    let mut entries = vec![other; 99];
    entries.push(status(1, &json!({})));
    assert!(statuses(&entries).to_string().len() > 256 * 1024);
    let scene = with(&entries).await;
    let looked = scene.look(&known_locator()).await;
    assert_eq!(read(looked), (ORIGINAL.to_owned(), Status::Active));
}

#[tokio::test]
async fn more_subscriptions_than_anybody_has_are_no_answer() {
    let entry = json!({"originalTransactionId": OTHER, "status": 1});
    let scene = with(&vec![entry; 101]).await;
    let error = scene.look(&known_locator()).await.unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

#[tokio::test]
async fn the_groups_name_decides_only_within_itself() {
    let elsewhere = json!({"data": [{"subscriptionGroupIdentifier": "99",
        "lastTransactions": [status(1, &json!({"originalTransactionId": OTHER}))]}]});
    let scene = Scene::set().await;
    let reply = Reply::json(&elsewhere);
    scene
        .server
        .replies(&asked("production", "subscriptions", ORIGINAL), reply);
    for group in [json!(GROUP), json!(null)] {
        let of = transaction(&json!({ "subscriptionGroupIdentifier": group }));
        let about = Reply::json(&info(&of));
        scene
            .server
            .replies(&asked("production", "transactions", LATEST), about);
        let error = scene.look(&submitted(LATEST)).await.unwrap_err();
        assert_eq!(error.kind(), "unavailable");
    }
}
