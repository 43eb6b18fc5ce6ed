//! What is bought once: films and the like.

use domain::{FOREVER, Reading, Status, StoreState};
use serde_json::{Value, json};

use crate::json::changed;
use crate::roku::Reply;
use crate::scene::{
    BOUGHT_AT, FIRST, LATER, Scene, at, config, knowing, known, now, read_with, transaction,
};

fn film(changes: &Value) -> Value {
    let film = transaction(&json!({
        "productId": "extv_film", "isEntitled": false, "amount": 3.99,
    }));
    changed(changed(film, &json!({"expirationDate": null})), changes)
}

fn listed() -> Value {
    json!({"oneTimeProductIds": ["extv_film"]})
}

fn state_by(switches: &Value, answer: &Value, told: &Value) -> StoreState {
    let seen = read_with(&config(switches), &knowing(told), answer, now());
    known(seen.unwrap())
}

#[test]
fn it_is_known_by_the_list_or_by_how_it_looks() {
    for switches in [json!({}), listed()] {
        let state = state_by(&switches, &film(&json!({})), &json!({}));
        assert_eq!(state.status, Status::Active);
        assert!(state.billing.is_one_time() && !state.auto_renew);
        assert_eq!(state.product_id, "extv_film");
        assert_eq!(
            (state.started_at, state.period_end),
            (Some(at(BOUGHT_AT)), FOREVER)
        );
        assert_eq!(state.order_id.as_deref(), Some(FIRST));
        assert!(state.grants_access(now()));
        assert_eq!(state.details["originalTransactionId"], FIRST);
        assert!(!state.details.contains_key("paidUntil"));
    }
}

#[test]
fn what_is_listed_may_look_as_it_likes() {
    for changes in [
        json!({"isEntitled": true}),
        json!({"cancelled": true}),
        json!({"expirationDate": "/Date(1796206500000)/"}),
        json!({"OriginalTransactionId": null}),
    ] {
        assert!(
            state_by(&listed(), &film(&changes), &json!({}))
                .billing
                .is_one_time(),
            "{changes}"
        );
    }
}

#[test]
fn with_a_list_only_the_list_counts() {
    for list in [json!([]), json!(["extv_other_film"])] {
        let switches = config(&json!({ "oneTimeProductIds": list }));
        let error = read_with(&switches, &knowing(&json!({})), &film(&json!({})), now());
        assert_eq!(error.unwrap_err().kind(), "malformed");
    }
}

#[test]
fn without_a_list_it_has_to_look_like_one_in_every_respect() {
    for changes in [
        json!({"isEntitled": true}),
        json!({"cancelled": true}),
        json!({"OriginalTransactionId": "another"}),
        json!({"isEntitled": null}),
    ] {
        let seen = read_with(
            &config(&json!({})),
            &knowing(&json!({})),
            &film(&changes),
            now(),
        );
        assert_eq!(seen.unwrap_err().kind(), "malformed", "{changes}");
    }
    assert!(
        !state_by(&json!({}), &transaction(&json!({})), &json!({}))
            .billing
            .is_one_time()
    );
}

#[test]
fn what_was_seen_with_an_end_is_never_one_without_a_list() {
    let on_hold = film(&json!({"purchaseStatus": "Inactive"}));
    let known_before = knowing(&json!({"paidUntil": "2026-11-19T10:15:00Z"}));
    for switches in [json!({}), json!({"enhancedRecovery": false})] {
        let seen = read_with(&config(&switches), &known_before, &on_hold, now());
        assert_eq!(seen.unwrap_err().kind(), "malformed");
    }
    let listed = read_with(&config(&listed()), &known_before, &on_hold, now());
    assert!(known(listed.unwrap()).billing.is_one_time());
}

#[test]
fn a_word_that_nobody_knows_is_no_guess() {
    for switches in [json!({}), listed()] {
        let frozen = film(&json!({"purchaseStatus": "Frozen"}));
        let seen = read_with(&config(&switches), &knowing(&json!({})), &frozen, now());
        let expected = Reading::UnknownStatus("Frozen".to_owned());
        assert_eq!(seen.unwrap().reading, expected);
    }
}

#[test]
fn it_has_to_be_known_when_it_was_bought() {
    let seen = |changes| {
        read_with(
            &config(&json!({})),
            &knowing(&json!({})),
            &film(&changes),
            now(),
        )
    };
    assert!(seen(json!({"purchaseDate": null})).is_ok());
    let neither = json!({"purchaseDate": null, "originalPurchaseDate": null});
    assert_eq!(seen(neither).unwrap_err().kind(), "malformed");
}

#[test]
fn when_its_money_is_returned_it_is_taken_back() {
    for (amount, expected) in [
        ("-3.99", Status::Revoked),
        ("", Status::Active),
        ("-1.00", Status::Active),
    ] {
        let told = json!({"refundedAt": "2026-11-19T10:00:00Z", "refundedAmount": amount});
        for switches in [json!({}), listed()] {
            let state = state_by(&switches, &film(&json!({})), &told);
            assert_eq!(state.status, expected, "{amount}");
            assert!(state.billing.is_one_time());
            let revoked_at = (expected == Status::Revoked).then(|| at("2026-11-19T10:00:00Z"));
            assert_eq!(state.revoked_at, revoked_at);
        }
    }
}

#[test]
fn a_chargeback_takes_it_back_by_the_switch() {
    let told = json!({"chargedBackAt": "2026-11-19T10:00:00Z"});
    let on = json!({"chargebackEndsAccess": true});
    assert_eq!(
        state_by(&on, &film(&json!({})), &told).status,
        Status::Revoked
    );
    assert_eq!(
        state_by(&json!({}), &film(&json!({})), &told).status,
        Status::Active
    );
}

#[tokio::test]
async fn what_a_transaction_that_paid_nothing_looks_like_is_not_believed() {
    let scene = Scene::set().await;
    let odd = film(&json!({"transactionId": LATER, "OriginalTransactionId": FIRST}));
    scene.roku.replies(LATER, Reply::json(&odd));
    let told = knowing(&json!({
        "told": "Cancellation", "toldAt": "2026-11-20T11:00:00Z", "toldTransactionId": LATER,
    }));
    let state = known(scene.look_at(&told).await.unwrap().snapshot);
    assert!(!state.billing.is_one_time());
    assert_eq!(scene.roku.asked().len(), 2);
}
