//! How a subscription ends.

use domain::{Reading, Status, StoreState};
use serde_json::{Value, json};
use stores::{LookUpError, connectors::amazon};

use crate::amazon::{Call, Reply};
use crate::scene::{
    RECEIPT, Scene, USER, at, config, known, locator, locator_with, ms, now, read, receipt, state,
    state_with,
};

const END: &str = "2026-11-15T09:30:00Z";

fn ended(at: &str, reason: &Value) -> Value {
    json!({"autoRenewing": false, "renewalDate": null, "cancelDate": ms(at), "cancelReason": reason})
}

/// Somebody knew the end of the paid period.
fn paid_until(end: &str) -> Value {
    json!({ "periodEnd": end })
}

#[test]
fn what_ends_with_its_period_expires_whatever_the_reason() {
    for (reason, word) in [
        (Value::Null, None),
        (json!(0), Some("unknown")),
        (json!(1), Some("customer")),
        (json!(2), Some("amazon")),
    ] {
        for details in [json!({}), paid_until(END)] {
            let state = state_with(&details, &ended(END, &reason));
            assert_eq!((state.status, state.period_end), (Status::Expired, at(END)));
            assert_eq!(state.cancel_reason.as_deref(), word);
            assert_eq!(state.revoked_at, None);
            assert!(!state.auto_renew && !state.grants_access(now()));
        }
    }
}

#[test]
fn what_ends_before_its_period_was_paid_back() {
    for reason in [Value::Null, json!(0), json!(1), json!(2)] {
        let state = state_with(&paid_until("2026-12-15T09:30:00Z"), &ended(END, &reason));
        assert_eq!(state.status, Status::Revoked);
        assert_eq!(state.revoked_at, Some(at(END)));
        assert_eq!(state.details["periodEnd"], "2026-12-15T09:30:00Z");
    }
}

#[test]
fn a_minute_is_no_difference() {
    let status = |end| state_with(&paid_until(end), &ended(END, &json!(1))).status;
    assert_eq!(status("2026-11-15T09:31:00Z"), Status::Expired);
    assert_eq!(status("2026-11-15T09:31:00.001Z"), Status::Revoked);
}

#[test]
fn what_ends_after_a_grace_period_expires() {
    let state = state_with(&paid_until("2026-11-10T09:30:00Z"), &ended(END, &json!(2)));
    assert_eq!(state.status, Status::Expired);
}

#[test]
fn a_cancelled_order_was_paid_back_if_amazon_tells_of_it() {
    let told = json!({"notificationType": "SUBSCRIPTION_CANCELLED"});
    for (reason, status) in [
        (json!(1), Status::Revoked),
        (json!(2), Status::Expired),
        (json!(0), Status::Expired),
        (Value::Null, Status::Expired),
    ] {
        let state = state_with(&told, &ended(END, &reason));
        assert_eq!(state.status, status);
        assert!(!state.details.contains_key("notificationType"));
    }
}

#[test]
fn a_cancellation_that_does_not_show_yet_changes_nothing() {
    let told = json!({"notificationType": "SUBSCRIPTION_CANCELLED"});
    assert_eq!(state_with(&told, &json!({})), state(&json!({})));
}

#[test]
fn the_end_counts_from_its_instant() {
    let status = |date| state(&ended(date, &json!(1))).status;
    assert_eq!(status("2026-11-20T12:00:00Z"), Status::Expired);
    assert_eq!(status("2026-11-20T12:00:00.001Z"), Status::Cancelled);
}

#[test]
fn the_end_counts_more_than_grace_trial_and_renewal() {
    let mut all = ended(END, &json!(1));
    for (field, value) in [
        ("gracePeriodEndDate", ms("2026-12-01T00:00:00Z")),
        ("freeTrialEndDate", ms("2026-12-01T00:00:00Z")),
        ("renewalDate", ms("2026-12-15T00:00:00Z")),
        ("autoRenewing", json!(true)),
        ("deferredSku", json!("extv.premium.yearly")),
    ] {
        all[field] = value;
    }
    let state = state(&all);
    assert_eq!(state.status, Status::Expired);
    assert_eq!((state.grace_end, state.trial_end), (None, None));
    assert_eq!(state.pending_product_id, None);
}

#[test]
fn an_unknown_reason_is_alarmed_and_the_end_counts() {
    for reason in [3, 5, -1] {
        let seen = read(&ended(END, &json!(reason)));
        assert_eq!(seen.unknown_status, Some(format!("cancelReason {reason}")));
        assert_eq!(known(seen).status, Status::Expired);
    }
}

/// Amazon says that the receipt is no longer valid.
async fn invalid(details: &Value) -> Result<StoreState, LookUpError> {
    let scene = Scene::set().await;
    scene.amazon.replies(Call::Receipt, [Reply::new(410, "")]);
    let looked_up = scene.look_for(&locator_with(details)).await?;
    let snapshot = looked_up.snapshot;
    assert_eq!(looked_up.receipt, None);
    assert_eq!(
        (snapshot.purchase_key.as_str(), snapshot.observed_at),
        (RECEIPT, now())
    );
    Ok(known(snapshot))
}

#[tokio::test]
async fn a_receipt_that_is_no_longer_valid_ends_what_is_known_at_once() {
    let kept = serde_json::to_value(state(&json!({})).details).unwrap();
    let ended = invalid(&kept).await.unwrap();
    assert_eq!((ended.status, ended.period_end), (Status::Revoked, now()));
    assert_eq!(ended.revoked_at, Some(now()));
    assert_eq!(ended.product_id, "extv.premium.monthly");
    assert_eq!(ended.started_at, Some(at("2026-10-15T09:30:00.250Z")));
    assert_eq!(ended.details["userId"], USER);
    assert_eq!(ended.details["periodEnd"], kept["periodEnd"]);

    let again = serde_json::to_value(ended.details.clone()).unwrap();
    assert_eq!(invalid(&again).await.unwrap(), ended);
}

#[tokio::test]
async fn a_receipt_that_is_no_longer_valid_ended_when_that_was_first_told() {
    let mut kept = serde_json::to_value(state(&json!({})).details).unwrap();
    kept["endedAt"] = json!(END);
    let ended = invalid(&kept).await.unwrap();
    assert_eq!((ended.status, ended.period_end), (Status::Revoked, at(END)));
}

#[tokio::test]
async fn a_test_purchase_that_is_no_longer_valid_stays_one() {
    for field in ["testTransaction", "betaProduct"] {
        let wanted = config(&json!({"testPurchases": true, "betaPurchases": true}));
        let tried = receipt(&json!({ field: true }));
        let before = known(amazon::snapshot(&wanted, &locator(), &tried, now()).unwrap());
        let kept = serde_json::to_value(before.details).unwrap();
        assert!(invalid(&kept).await.unwrap().test);
    }
    let kept = serde_json::to_value(state(&json!({})).details).unwrap();
    assert!(!invalid(&kept).await.unwrap().test);
}

#[tokio::test]
async fn other_refusals_end_nothing_that_is_known() {
    let kept = serde_json::to_value(state(&json!({})).details).unwrap();
    for (status, kind) in [
        (496, "unauthorized"),
        (500, "unavailable"),
        (429, "throttled"),
    ] {
        let scene = Scene::set().await;
        scene
            .amazon
            .replies(Call::Receipt, [Reply::new(status, "")]);
        let error = scene.look_for(&locator_with(&kept)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.is_transient(), "{status}");
    }
}

#[tokio::test]
async fn it_ends_with_what_was_paid_if_that_is_earlier() {
    let mut kept = serde_json::to_value(state(&json!({})).details).unwrap();
    kept["periodEnd"] = json!(END);
    let ended = invalid(&kept).await.unwrap();
    assert_eq!((ended.status, ended.period_end), (Status::Expired, at(END)));
    kept.as_object_mut().unwrap().remove("termSku");
    assert_eq!(invalid(&kept).await.unwrap().product_id, "extv.premium");
}

#[tokio::test]
async fn of_a_receipt_that_nobody_knew_it_is_not_found() {
    let known = serde_json::to_value(locator().details).unwrap();
    assert_eq!(invalid(&known).await, Err(LookUpError::NotFound));
}

#[tokio::test]
async fn a_purchase_for_good_that_is_no_longer_valid_was_taken_back() {
    let film = json!({"productType": "ENTITLED", "productId": "extv.film", "termSku": null});
    let kept = serde_json::to_value(state(&film).details).unwrap();
    let ended = invalid(&kept).await.unwrap();
    assert_eq!(
        (ended.status, ended.revoked_at),
        (Status::Revoked, Some(now()))
    );
    assert!(ended.billing.is_one_time());
    assert_eq!(ended.product_id, "extv.film");
    let again = serde_json::to_value(ended.details.clone()).unwrap();
    assert_eq!(invalid(&again).await.unwrap(), ended);
}

#[test]
fn a_replaced_receipt_is_not_an_end() {
    for date in [END, "2026-12-15T09:30:00Z"] {
        let seen = read(&ended(date, &json!(4)));
        assert_eq!(seen.reading, Reading::Replaced);
        assert_eq!(seen.unknown_status, None);
    }
}
