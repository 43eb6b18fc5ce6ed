//! What is asked for, in which order, and what each answer means.

use std::time::Duration;

use domain::Locator;
use serde_json::{Value, json};
use stores::LookUpError;

use crate::json::changed;
use crate::roku::Reply;
use crate::scene::{
    API_KEY, FIRST, LATER, OTHER, Scene, knowing, known, locator, locator_of, transaction,
};

const UNKNOWN: &str = "Invalid transaction id.";

/// The ids in what was asked.
fn ids(scene: &Scene) -> Vec<String> {
    let asked = scene.roku.asked();
    let asked = asked.iter().filter_map(|path| path.split_once('/'));
    asked.map(|(_, id)| id.to_owned()).collect()
}

fn later() -> Value {
    transaction(&json!({ "transactionId": LATER }))
}

/// The first transaction is the key; another one is kept, and another one was told.
fn both(changes: &Value) -> Locator {
    let details = json!({
        "transactionId": OTHER, "transactionAt": "2026-11-02T10:15:00Z",
        "told": "Sale", "toldAt": "2026-11-20T11:00:00Z", "toldTransactionId": LATER,
    });
    knowing(&changed(details, changes))
}

async fn asked_for(locator: &Locator, changes: &Value) -> Vec<String> {
    let scene = Scene::set().await;
    scene.roku.replies(FIRST, Reply::failure(UNKNOWN));
    let config = scene.config(changes);
    let error = scene.look_by(&config, locator).await.unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
    ids(&scene)
}

#[tokio::test]
async fn the_latest_transaction_that_is_known_is_asked_for_then_older_ones() {
    for (changes, expected) in [
        (json!({}), vec![LATER, OTHER, FIRST]),
        (
            json!({"toldAt": "2026-11-01T00:00:00Z"}),
            vec![OTHER, LATER, FIRST],
        ),
        (json!({"transactionAt": null}), vec![LATER, OTHER, FIRST]),
        (json!({"transactionId": LATER}), vec![LATER, FIRST]),
        (
            json!({"transactionId": FIRST, "toldTransactionId": FIRST}),
            vec![FIRST],
        ),
        (json!({"toldTransactionId": null}), vec![OTHER, FIRST]),
        (
            json!({"toldTransactionId": "a b", "transactionId": ""}),
            vec![FIRST],
        ),
    ] {
        assert_eq!(
            asked_for(&both(&changes), &json!({})).await,
            expected,
            "{changes}"
        );
    }
}

#[tokio::test]
async fn what_only_moved_money_is_not_asked_for() {
    for kind in [
        "Refund",
        "Credit",
        "Chargeback",
        "ChargebackReversed",
        "SecondChargeback",
    ] {
        let asked = asked_for(&both(&json!({ "told": kind })), &json!({})).await;
        assert_eq!(asked, [OTHER, FIRST], "{kind}");
    }
    for kind in ["Cancellation", "GraceInitiated", "Resubscribe"] {
        let asked = asked_for(&both(&json!({ "told": kind })), &json!({})).await;
        assert_eq!(asked, [LATER, OTHER, FIRST], "{kind}");
    }
}

#[tokio::test]
async fn the_first_transaction_may_be_the_one_to_ask_for() {
    let original = json!({"freshTransaction": "original"});
    let asked = asked_for(&both(&json!({})), &original).await;
    assert_eq!(asked, [FIRST, LATER, OTHER]);
}

#[tokio::test]
async fn what_is_known_of_another_purchase_counts_for_nothing() {
    let another =
        both(&json!({"originalTransactionId": OTHER, "refundedAt": "2026-11-20T10:00:00Z"}));
    assert_eq!(asked_for(&another, &json!({})).await, [FIRST]);
    let own = both(&json!({"originalTransactionId": FIRST}));
    assert_eq!(asked_for(&own, &json!({})).await, [LATER, OTHER, FIRST]);
    let scene = Scene::set().await;
    let state = known(scene.look_at(&another).await.unwrap().snapshot);
    assert!(!state.details.contains_key("refundedAt"));
}

#[tokio::test]
async fn the_first_answer_is_the_only_one() {
    let scene = Scene::set().await;
    scene.roku.replies(LATER, Reply::json(&later()));
    let state = known(scene.look_at(&both(&json!({}))).await.unwrap().snapshot);
    assert_eq!(state.order_id.as_deref(), Some(LATER));
    assert_eq!(ids(&scene), [LATER]);
}

#[tokio::test]
async fn an_app_may_name_any_transaction_of_a_subscription() {
    let scene = Scene::set().await;
    scene.roku.replies(LATER, Reply::json(&later()));
    let snapshot = scene.look_at(&locator_of(LATER)).await.unwrap().snapshot;
    assert_eq!(snapshot.purchase_key.as_str(), FIRST);
    let state = known(snapshot);
    assert_eq!(state.details["transactionId"], LATER);
    assert_eq!(state.details["originalTransactionId"], FIRST);
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_now_is_not_put_otherwise() {
    let scene = Scene::set().await;
    scene.roku.replies(LATER, Reply::new(500, ""));
    let error = scene.look_at(&both(&json!({}))).await.unwrap_err();
    assert_eq!(error.kind(), "unavailable");
    assert_eq!(ids(&scene), [LATER]);
}

#[tokio::test]
async fn an_id_is_part_of_the_address_letter_by_letter() {
    let scene = Scene::set().await;
    let odd = "a/b?c#d%e";
    let error = scene.look_at(&locator_of(odd)).await.unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
    assert_eq!(scene.roku.asked(), [format!("{API_KEY}/a%2Fb%3Fc%23d%25e")]);
    for up in [".", ".."] {
        let error = scene.look_at(&locator_of(up)).await.unwrap_err();
        assert_eq!(error.kind(), "rejected", "{up}");
    }
    assert_eq!(scene.roku.asked().len(), 1);
}

#[tokio::test]
async fn each_answer_has_its_meaning() {
    let failure = |message: &str| Reply::failure(message);
    let status = |status: Value| Reply::json(&transaction(&json!({ "status": status })));
    let failing = |changes: Value| {
        let failure = json!({"errorCode": null, "errorDetails": null, "status": 1});
        let mut failure = changed(failure, &changes);
        failure["errorMessage"] = changes["errorMessage"].clone();
        Reply::json(&failure)
    };
    let scene = Scene::set().await;
    for (reply, expected) in [
        (failure(UNKNOWN), "not_found"),
        (failure("Transaction not found"), "not_found"),
        (failure("The purchase does not exist."), "not_found"),
        (failure("UNAUTHORIZED"), "unauthorized"),
        (
            failure("Unauthorized: transaction of another partner"),
            "unauthorized",
        ),
        (failure("Invalid API key"), "unauthorized"),
        (failure("Unknown transaction"), "not_found"),
        (
            failure("Transaction service temporarily unavailable"),
            "unavailable",
        ),
        (failure("The transaction could not be read"), "unavailable"),
        (failure("An error occurred"), "unavailable"),
        (failure(""), "unavailable"),
        (status(json!("Failure")), "unavailable"),
        (status(json!(2)), "malformed"),
        (status(json!(null)), "malformed"),
        (status(json!({})), "malformed"),
        (Reply::new(200, ""), "malformed"),
        (Reply::new(200, "<result/>"), "malformed"),
        (Reply::new(200, "{\"status\":0,"), "malformed"),
        (Reply::new(200, "[]"), "malformed"),
        (Reply::new(400, "Invalid URI format."), "rejected"),
        (Reply::new(400, "Bad Request"), "rejected"),
        (Reply::new(400, ""), "rejected"),
        (failing(json!({"errorMessage": null})), "unavailable"),
        (failing(json!({"errorMessage": 404})), "unavailable"),
        (failing(json!({"errorMessage": {}})), "unavailable"),
        (
            failing(json!({"errorCode": "UNAUTHORIZED", "errorDetails": "not found"})),
            "unavailable",
        ),
        (
            failing(json!({"errorCode": 401, "errorMessage": UNKNOWN})),
            "not_found",
        ),
        (Reply::new(401, ""), "unauthorized"),
        (Reply::new(403, ""), "unauthorized"),
        (Reply::new(404, ""), "unavailable"),
        (Reply::new(429, ""), "throttled"),
        (Reply::new(500, ""), "unavailable"),
        (Reply::new(503, ""), "unavailable"),
        (Reply::new(204, ""), "unavailable"),
        (
            Reply::new(302, "").with("location", "/elsewhere"),
            "unavailable",
        ),
        (Reply::new(200, " ".repeat(300 * 1024)), "malformed"),
        (
            Reply::json(&transaction(&json!({}))).after(Duration::from_secs(3)),
            "unreachable",
        ),
    ] {
        let what = format!("{reply:?}");
        scene.roku.replies(FIRST, reply);
        let config = scene.config(&json!({"timeoutSeconds": 1}));
        let error = scene.look_by(&config, &locator()).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{:.200}", what);
    }
    for success in [json!(0), json!("0"), json!("Success")] {
        scene.roku.replies(FIRST, status(success));
        assert!(scene.look().await.is_ok());
    }
    for besides in [
        json!({"errorCode": "UNAUTHORIZED", "errorDetails": "not found"}),
        json!({"errorCode": 500}),
        json!({"errorMessage": "Transaction not found"}),
    ] {
        let answer = transaction(&besides);
        scene.roku.replies(FIRST, Reply::json(&answer));
        assert!(scene.look().await.is_ok(), "{besides}");
    }
}

#[tokio::test]
async fn roku_says_only_that_it_is_too_often_and_maybe_how_long_to_wait() {
    let scene = Scene::set().await;
    for (reply, retry_after) in [
        (Reply::new(429, ""), None),
        (
            Reply::new(429, "").with("retry-after", "7"),
            Some(Duration::from_secs(7)),
        ),
    ] {
        scene.roku.replies(FIRST, reply);
        let expected = LookUpError::Throttled { retry_after };
        assert_eq!(scene.look().await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn all_questions_of_a_look_share_its_time() {
    let scene = Scene::set().await;
    let slowly = Reply::failure(UNKNOWN).after(Duration::from_millis(700));
    for id in [LATER, OTHER, FIRST] {
        scene.roku.replies(id, slowly.clone());
    }
    let config = scene.config(&json!({"timeoutSeconds": 1}));
    let error = scene.look_by(&config, &both(&json!({}))).await.unwrap_err();
    assert_eq!(error.kind(), "unreachable");
}

#[tokio::test]
async fn the_answer_is_kept_as_a_receipt_unless_it_is_huge() {
    let scene = Scene::set().await;
    let receipt = scene.look().await.unwrap().receipt.unwrap();
    assert_eq!(receipt.0, transaction(&json!({})));
    let huge = transaction(&json!({"productName": "x".repeat(20_000)}));
    scene.roku.replies(FIRST, Reply::json(&huge));
    assert!(scene.look().await.unwrap().receipt.is_none());
}

#[tokio::test]
async fn nobody_else_is_asked_for() {
    let scene = Scene::set().await;
    assert!(scene.look().await.unwrap().others.is_empty());
}
