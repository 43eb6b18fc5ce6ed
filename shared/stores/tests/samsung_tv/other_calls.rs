//! Verification, delivery, and what the codes mean.

use serde_json::json;
use store_simulator::samsung_tv::{Renewals, UNKNOWN_INVOICE, WRONG_CHECK_VALUE};
use store_simulator::{Faults, LookupFault};

use crate::scene::{INVOICE, Scene, submitted};

#[tokio::test]
async fn only_what_is_new_is_verified() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    let known = scene.known().await;
    scene.look(&json!({}), &known).await.unwrap();
    let off = json!({"secondOpinion": "off"});
    scene.look(&off, &submitted(INVOICE)).await.unwrap();
    let calls = scene.store.calls().await.unwrap();
    assert_eq!((calls.by_call["list"], calls.by_call["verify"]), (3, 1));
}

#[tokio::test]
async fn a_second_opinion_that_differs_counts_by_the_switch() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    // A page of its own on this server, where nothing is confirmed.
    for (switch, accepted) in [("strict", false), ("warn", true)] {
        let changes = json!({"secondOpinion": switch, "verifyPath": "/invoice/none"});
        let seen = scene.look(&changes, &submitted(INVOICE)).await;
        assert_eq!(seen.is_ok(), accepted, "{switch}");
    }
}

#[tokio::test]
async fn delivery_is_reported_once_and_only_if_wanted() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    let known = scene.known().await;
    let wanted = json!({"autoApply": true});
    scene.look(&json!({}), &known).await.unwrap();
    scene.look(&wanted, &submitted(INVOICE)).await.unwrap();
    let applied = async || {
        let purchase = scene.store.purchase(INVOICE).await.unwrap();
        purchase.last().unwrap().applied_at
    };
    assert_eq!(applied().await, None);
    scene.look(&wanted, &known).await.unwrap();
    assert!(applied().await.is_some());
    scene.look(&wanted, &known).await.unwrap();
    assert_eq!(scene.store.calls().await.unwrap().by_call["apply"], 1);
}

#[tokio::test]
async fn a_code_means_what_is_configured_and_else_try_again() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    let refusing = json!({"refuseWith": UNKNOWN_INVOICE});
    scene.store.reconfigure(&refusing).await.unwrap();
    for (meaning, kind) in [
        ("retry", "unavailable"),
        ("throttled", "throttled"),
        ("unauthorized", "unauthorized"),
        ("not-found", "not_found"),
        ("rejected", "rejected"),
    ] {
        let changes = json!({ "statusCodes": { UNKNOWN_INVOICE: meaning } });
        let error = scene.look(&changes, &submitted(INVOICE)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    let others = json!({ "statusCodes": { WRONG_CHECK_VALUE: "rejected" } });
    let error = scene.look(&others, &submitted(INVOICE)).await.unwrap_err();
    let named = format!("the store is unavailable: CPStatus {UNKNOWN_INVOICE}, Refused");
    assert_eq!(error.to_string(), named);
}

#[tokio::test]
async fn an_http_status_says_nothing_of_the_purchase() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    for status in [400, 401, 403, 404, 422, 429, 500, 503] {
        let faults = Faults {
            lookup: vec![LookupFault::status(status)],
            ..Faults::default()
        };
        scene.store.set_faults(&faults).await.unwrap();
        let error = scene.look(&json!({}), &submitted(INVOICE)).await;
        assert!(error.unwrap_err().is_transient(), "{status}");
    }
}
