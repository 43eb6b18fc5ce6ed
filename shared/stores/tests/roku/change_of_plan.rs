//! Upgrades and downgrades: a new subscription takes over from an old one.

use domain::{PurchaseKey, Reading, Status, StoreSnapshot, StoreState, Timestamp};
use serde_json::{Value, json};
use stores::connectors::roku;

use crate::json::changed;
use crate::roku::Reply;
use crate::scene::{
    BOUGHT_AT, ENDS_AT, FIRST, OTHER, Scene, at, config, date, knowing, known, now, read_at,
    transaction,
};

const OLD_LATER: &str = "f00dcafe90c811f0b3a20a58a9feac04";

fn key(id: &str) -> PurchaseKey {
    PurchaseKey::new(id).unwrap()
}

/// The new subscription.
fn new(changes: &Value) -> Value {
    let new = transaction(&json!({
        "purchaseType": "UPGRADE", "cancelledTransactionIds": [OLD_LATER], "amount": 12.99,
    }));
    changed(new, changes)
}

/// The one that it has taken over from.
fn old(changes: &Value) -> Value {
    let old = transaction(&json!({
        "transactionId": OLD_LATER, "OriginalTransactionId": OTHER,
        "productId": "extv_basic_monthly", "isEntitled": true, "cancelled": true,
        "expirationDate": date("2026-11-28T10:15:00Z"),
    }));
    changed(old, changes)
}

fn seen_at(new: &Value, old: Option<&Value>, known: &Value, at: Timestamp) -> StoreSnapshot {
    roku::snapshot(&config(&json!({})), &knowing(known), new, old, at).unwrap()
}

fn seen(new: &Value, old: Option<&Value>) -> StoreSnapshot {
    seen_at(new, old, &json!({}), now())
}

fn state(new: &Value, old: &Value) -> StoreState {
    known(seen(new, Some(old)))
}

#[test]
fn an_upgrade_replaces_the_old_subscription_from_now_on() {
    let snapshot = seen(&new(&json!({})), Some(&old(&json!({}))));
    assert_eq!(snapshot.purchase_key, key(FIRST));
    assert_eq!(snapshot.replaces, Some(key(OTHER)));
    let state = known(snapshot);
    assert_eq!(state.status, Status::Active);
    assert_eq!(state.product_id, "extv_premium_monthly");
    assert_eq!(state.pending_product_id, None);
    assert_eq!(state.details["replacedTransactionId"], OLD_LATER);
    assert_eq!(state.details["replacedOriginalTransactionId"], OTHER);
}

#[test]
fn what_is_replaced_may_be_named_alone_and_is_named_until_more_is_known() {
    let alone = new(&json!({"cancelledTransactionIds": OTHER}));
    assert_eq!(seen(&alone, None).replaces, Some(key(OTHER)));
    let known_before = json!({
        "replacedTransactionId": OLD_LATER, "replacedOriginalTransactionId": OTHER,
    });
    let known_since = seen_at(&new(&json!({})), None, &known_before, now());
    assert_eq!(known_since.replaces, Some(key(OTHER)));
    let of_another = json!({
        "replacedTransactionId": "something else", "replacedOriginalTransactionId": "else",
    });
    let not_known = seen_at(&new(&json!({})), None, &of_another, now());
    assert_eq!(not_known.replaces, Some(key(OLD_LATER)));
}

#[test]
fn nothing_replaces_itself() {
    let own = new(&json!({"cancelledTransactionIds": [FIRST]}));
    assert_eq!(seen(&own, None).replaces, None);
    let own_later = old(&json!({"OriginalTransactionId": FIRST}));
    assert_eq!(seen(&new(&json!({})), Some(&own_later)).replaces, None);
    assert_eq!(
        seen(&new(&json!({"cancelledTransactionIds": []})), None).replaces,
        None
    );
}

#[test]
fn while_the_upgrade_is_tried_the_old_one_is_replaced() {
    for word in ["PendingInactive", "Pending_Inactive", "pendinginactive"] {
        let changes = json!({"isEntitled": true, "cancelled": true, "purchaseStatus": word});
        assert_eq!(
            read_at(&changes, &json!({}), now()).reading,
            Reading::Replaced
        );
    }
}

#[test]
fn what_rokus_word_says_was_upgraded_is_replaced() {
    let told = json!({"told": "UpgradeCancellation", "toldAt": "2026-11-20T11:59:58Z"});
    let over = json!({
        "isEntitled": false, "cancelled": true, "purchaseStatus": "Inactive",
        "expirationDate": date("2026-11-20T11:59:58Z"),
    });
    assert_eq!(read_at(&over, &told, now()).reading, Reading::Replaced);
    let given_back = json!({"isEntitled": true, "cancelled": true});
    assert_eq!(
        known(read_at(&given_back, &told, now())).status,
        Status::Cancelled
    );
}

#[test]
fn what_ended_before_its_time_without_a_word_counts_as_replaced() {
    let before = |until: &str| json!({ "paidUntil": until });
    let ended =
        |end: &str| json!({"isEntitled": false, "cancelled": true, "expirationDate": date(end)});
    for (until, end, expected) in [
        (ENDS_AT, "2026-11-20T11:00:00Z", true),
        ("2026-11-20T11:00:00Z", "2026-11-20T09:59:59Z", true),
        ("2026-11-20T11:00:00Z", "2026-11-20T10:00:00Z", false),
        ("2026-11-20T11:00:00Z", "2026-11-20T11:00:00Z", false),
    ] {
        let reading = read_at(&ended(end), &before(until), now()).reading;
        assert_eq!(reading == Reading::Replaced, expected, "{until} {end}");
    }
    let ahead = read_at(&ended(ENDS_AT), &json!({}), now()).reading;
    assert_eq!(ahead, Reading::Replaced);
}

#[test]
fn what_was_cancelled_at_its_end_is_no_replacement() {
    let ended = json!({
        "isEntitled": false, "cancelled": true, "expirationDate": date("2026-11-20T11:00:00Z"),
    });
    for (told_at, expected) in [
        ("2026-11-20T11:00:00Z", false),
        ("2026-11-19T11:00:00Z", false),
        ("2026-11-19T10:59:59Z", true),
    ] {
        let known_before = json!({
            "paidUntil": ENDS_AT, "told": "Cancellation", "toldAt": told_at,
        });
        let reading = read_at(&ended, &known_before, now()).reading;
        assert_eq!(reading == Reading::Replaced, expected, "{told_at}");
    }
}

#[test]
fn a_downgrade_shows_the_old_plan_until_the_new_one_begins() {
    for entitled in [true, false] {
        let waits = new(&json!({
            "purchaseStatus": "PendingActive", "purchaseType": "DOWNGRADE",
            "isEntitled": entitled, "productId": "extv_basic_monthly",
            "expirationDate": date("2026-11-28T10:15:00Z"),
        }));
        let runs = old(&json!({"productId": "extv_premium_monthly"}));
        let snapshot = seen(&waits, Some(&runs));
        assert_eq!(snapshot.replaces, Some(key(OTHER)));
        let state = known(snapshot);
        assert_eq!(state.status, Status::Active);
        assert_eq!(state.product_id, "extv_premium_monthly");
        assert_eq!(
            state.pending_product_id.as_deref(),
            Some("extv_basic_monthly")
        );
        assert_eq!(state.period_end, at("2026-11-28T10:15:00Z"));
        assert_eq!(state.order_id.as_deref(), Some(OLD_LATER));
        assert!(state.auto_renew);
    }
}

#[test]
fn a_downgrade_that_begins_late_goes_on_with_the_old_plan_for_an_hour() {
    let waits = |entitled| {
        new(&json!({
            "purchaseStatus": "PendingActive", "productId": "extv_basic_monthly",
            "isEntitled": entitled, "expirationDate": date("2026-11-28T10:15:00Z"),
        }))
    };
    let over = old(&json!({"productId": "extv_premium_monthly", "isEntitled": false}));
    let product = |entitled, time| {
        let seen = seen_at(&waits(entitled), Some(&over), &json!({}), at(time));
        match seen.reading {
            Reading::Known(state) => state.product_id,
            Reading::UnknownStatus(word) => word,
            Reading::Replaced => panic!("replaced"),
        }
    };
    for entitled in [true, false] {
        assert_eq!(
            product(entitled, "2026-11-28T11:14:59Z"),
            "extv_premium_monthly"
        );
    }
    assert_eq!(product(true, "2026-11-28T11:15:00Z"), "extv_basic_monthly");
    assert_eq!(product(false, "2026-11-28T11:15:00Z"), "PendingActive");
}

#[test]
fn a_plan_that_has_not_begun_and_replaces_nothing_that_is_known_is_as_entitled_as_roku_says() {
    let waits =
        |entitled| new(&json!({"purchaseStatus": "Pending_Active", "isEntitled": entitled}));
    assert_eq!(known(seen(&waits(true), None)).status, Status::Active);
    let without = seen(&waits(false), None);
    assert_eq!(
        without.reading,
        Reading::UnknownStatus("Pending_Active".to_owned())
    );
    assert_eq!(without.replaces, None);
}

#[test]
fn once_it_has_begun_the_new_plan_counts() {
    let runs = new(&json!({"purchaseType": "DOWNGRADE", "productId": "extv_basic_monthly"}));
    let state = state(&runs, &old(&json!({"isEntitled": false})));
    assert_eq!(state.product_id, "extv_basic_monthly");
    assert_eq!(
        (state.pending_product_id, state.period_end),
        (None, at(ENDS_AT))
    );
}

#[test]
fn an_upgrade_that_is_given_up_in_its_trial_gives_the_old_plan_back_until_its_end() {
    let given_up = new(&json!({
        "isEntitled": false, "cancelled": true, "purchaseStatus": "Inactive",
        "expirationDate": date("2026-11-20T11:00:00Z"),
    }));
    let back = state(&given_up, &old(&json!({})));
    assert_eq!(back.status, Status::Cancelled);
    assert_eq!(back.product_id, "extv_basic_monthly");
    assert_eq!(back.period_end, at("2026-11-28T10:15:00Z"));
    assert!(!back.auto_renew && back.pending_product_id.is_none());

    for over in [
        old(&json!({"isEntitled": false})),
        old(&json!({"expirationDate": date("2026-11-20T12:00:00Z")})),
        old(&json!({"expirationDate": null})),
    ] {
        assert_eq!(state(&given_up, &over).status, Status::Expired);
    }
}

#[test]
fn a_downgrade_that_is_given_up_lets_the_old_plan_run_out() {
    for (entitled, word) in [
        (false, "Inactive"),
        (true, "PendingActive"),
        (false, "PendingActive"),
    ] {
        let given_up = new(&json!({
            "isEntitled": entitled, "cancelled": true, "purchaseStatus": word,
            "productId": "extv_basic_monthly",
        }));
        let runs = old(&json!({"productId": "extv_premium_monthly"}));
        let state = state(&given_up, &runs);
        assert_eq!(state.status, Status::Cancelled, "{word}");
        assert_eq!(state.product_id, "extv_premium_monthly");
        assert_eq!(state.pending_product_id, None);
    }
}

#[test]
fn an_upgrade_that_was_cancelled_after_its_trial_runs_out_itself() {
    let cancelled = new(&json!({"isEntitled": true, "cancelled": true}));
    let state = state(&cancelled, &old(&json!({})));
    assert_eq!(state.product_id, "extv_premium_monthly");
    assert_eq!(state.status, Status::Cancelled);
}

#[test]
fn the_word_that_a_cheaper_plan_follows_makes_way_for_two_days() {
    let runs_out = json!({"isEntitled": true, "cancelled": true});
    for (told_at, expected) in [
        ("2026-11-20T11:59:58Z", true),
        ("2026-11-18T12:00:01Z", true),
        ("2026-11-18T12:00:00Z", false),
    ] {
        let told = json!({"told": "DowngradeCancellation", "toldAt": told_at});
        let reading = read_at(&runs_out, &told, now()).reading;
        assert_eq!(reading == Reading::Replaced, expected, "{told_at}");
    }
}

#[tokio::test]
async fn what_is_replaced_is_asked_for_by_the_name_that_the_answer_has() {
    let scene = Scene::set().await;
    scene.roku.replies(FIRST, Reply::json(&new(&json!({}))));
    scene.roku.replies(OLD_LATER, Reply::json(&old(&json!({}))));
    let looked_up = scene.look().await.unwrap();
    assert_eq!(looked_up.snapshot.replaces, Some(key(OTHER)));
    assert_eq!(scene.roku.asked().len(), 2);

    let known_since = knowing(&json!(known(looked_up.snapshot).details));
    let again = scene.look_at(&known_since).await.unwrap();
    assert_eq!(again.snapshot.replaces, Some(key(OTHER)));
    assert_eq!(scene.roku.asked().len(), 3, "it is known by now");
}

#[tokio::test]
async fn what_is_replaced_and_still_counts_is_asked_for_each_time() {
    let scene = Scene::set().await;
    let known_before = knowing(&json!({
        "replacedTransactionId": OLD_LATER, "replacedOriginalTransactionId": OTHER,
    }));
    scene.roku.replies(OLD_LATER, Reply::json(&old(&json!({}))));
    for changes in [
        json!({"purchaseStatus": "PendingActive"}),
        json!({"isEntitled": false, "cancelled": true, "expirationDate": date(BOUGHT_AT)}),
    ] {
        scene.roku.replies(FIRST, Reply::json(&new(&changes)));
        let state = known(scene.look_at(&known_before).await.unwrap().snapshot);
        assert_eq!(state.product_id, "extv_basic_monthly", "{changes}");
    }
}

#[tokio::test]
async fn without_an_answer_about_what_is_replaced_nothing_is_said() {
    let scene = Scene::set().await;
    scene.roku.replies(FIRST, Reply::json(&new(&json!({}))));
    scene.roku.replies(OLD_LATER, Reply::new(503, ""));
    assert_eq!(scene.look().await.unwrap_err().kind(), "unavailable");
    scene
        .roku
        .replies(OLD_LATER, Reply::failure("Invalid transaction id."));
    let snapshot = scene.look().await.unwrap().snapshot;
    assert_eq!(snapshot.replaces, Some(key(OLD_LATER)));
}
