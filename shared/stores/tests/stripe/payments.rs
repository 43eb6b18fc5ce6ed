//! What paid an invoice.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::scene::{CHARGE, INVOICE, PAYMENT, START, Scene, at, charge, invoice, paid_by};
use crate::server::list;

const OF_INVOICE: &str = "invoice_payments?invoice=in_1SynthInv0002";

fn refunded(id: &str) -> Value {
    charge(&json!({"id": id, "amount_refunded": 999, "refunded": true}))
}

fn refund(created: i64) -> Value {
    json!({"id": "re_1", "object": "refund", "amount": 999, "status": "succeeded", "created": created})
}

#[tokio::test]
async fn its_payments_are_asked_for_with_their_charges() {
    let scene = Scene::set().await;
    scene.state().await;
    let asked = scene.server.asked_for("invoice_payments").remove(0);
    assert_eq!(asked.says("invoice"), [INVOICE]);
    let deepest = ["data.payment.payment_intent.latest_charge"];
    assert_eq!(asked.says("expand[]"), deepest);
    assert!(deepest[0].split('.').count() <= 4);
    let rest = scene.server.asked_for("refunds").len() + scene.server.asked_for("disputes").len();
    assert_eq!(rest, 0);
}

#[tokio::test]
async fn what_cost_nothing_was_not_paid() {
    let free = invoice(&json!({"amount_paid": 0}));
    let scene = Scene::with(&json!({"latest_invoice": free})).await;
    assert_eq!(scene.state().await.status, Status::Active);
    assert!(scene.server.asked_for("invoice_payments").is_empty());
}

#[tokio::test]
async fn what_was_paid_elsewhere_has_no_charge() {
    let nothing = json!({"type": "payment_intent", "payment_intent": null});
    for payments in [
        vec![],
        vec![json!({"status": "paid"})],
        vec![json!({"status": "paid", "payment": nothing})],
    ] {
        let scene = Scene::set().await;
        scene.server.lists(OF_INVOICE, &payments);
        assert_eq!(scene.state().await.status, Status::Active);
    }
}

#[tokio::test]
async fn attempts_that_failed_do_not_count() {
    let scene = Scene::set().await;
    let mut failed = paid_by(&refunded(CHARGE));
    failed["status"] = json!("canceled");
    scene.server.lists(OF_INVOICE, &[failed]);
    scene.server.lists("refunds", &[refund(START)]);
    assert_eq!(scene.state().await.status, Status::Active);
}

#[tokio::test]
async fn a_charge_that_is_not_expanded_is_asked_for() {
    let by_id = paid_by(&json!(CHARGE));
    let direct = json!({"status": "paid", "payment": {"type": "charge", "charge": CHARGE}});
    for payment in [by_id, direct] {
        let scene = Scene::set().await;
        scene.server.lists(OF_INVOICE, &[payment]);
        scene
            .server
            .has(&format!("charges/{CHARGE}"), &refunded(CHARGE));
        scene
            .server
            .lists("refunds?charge=ch_1SynthCha0002", &[refund(START + 7200)]);
        let state = scene.state().await;
        assert_eq!(
            (state.status, state.revoked_at),
            (Status::Revoked, Some(at(START + 7200)))
        );
    }
}

#[tokio::test]
async fn a_payment_that_is_not_expanded_can_not_be_read() {
    let scene = Scene::set().await;
    let bare = json!({"status": "paid", "payment": {"payment_intent": PAYMENT}});
    scene.server.lists(OF_INVOICE, &[bare]);
    assert_eq!(scene.look().await.unwrap_err().kind(), "malformed");
}

#[tokio::test]
async fn an_invoice_with_several_payments_is_returned_when_all_of_them_are() {
    let look = async |returned: &[&str]| {
        let scene = Scene::set().await;
        let ids = ["ch_1", "ch_2"];
        let payments = ids.map(|id| {
            let whole = json!({ "id": id });
            let charge = if returned.contains(&id) {
                refunded(id)
            } else {
                charge(&whole)
            };
            paid_by(&charge)
        });
        scene.server.lists(OF_INVOICE, &payments);
        scene
            .server
            .lists("refunds?charge=ch_1", &[refund(START + 1)]);
        scene
            .server
            .lists("refunds?charge=ch_2", &[refund(START + 2)]);
        let state = scene.state().await;
        (state.status, state.revoked_at)
    };
    assert_eq!(look(&["ch_1"]).await, (Status::Active, None));
    assert_eq!(look(&["ch_2"]).await, (Status::Active, None));
    let both = look(&["ch_1", "ch_2"]).await;
    assert_eq!(both, (Status::Revoked, Some(at(START + 2))));
}

#[tokio::test]
async fn payments_that_can_not_be_read_say_nothing_of_the_purchase() {
    let scene = Scene::set().await;
    for (status, kind) in [
        (404, "malformed"),
        (500, "unavailable"),
        (403, "unauthorized"),
    ] {
        let reply = crate::server::Reply::refusal(status, "api_error", "resource_missing", "");
        scene.server.answers(OF_INVOICE, reply);
        assert_eq!(scene.look().await.unwrap_err().kind(), kind, "{status}");
    }
    scene.server.has(OF_INVOICE, &json!({"data": [7]}));
    assert_eq!(scene.look().await.unwrap_err().kind(), "malformed");
    scene.server.has(OF_INVOICE, &list(&[]));
    assert!(scene.look().await.is_ok());
}

const RECORD: &str = "pr_1SynthRec0001";

/// The month was paid at another processor, which returned so much of it.
async fn recorded(configuration: Value, refunded: i64) -> Scene {
    let scene = Scene::configured(configuration).await;
    let payment = json!({"id": "inpay_1", "status": "paid",
        "payment": {"type": "payment_record", "payment_record": RECORD}});
    scene.server.lists(OF_INVOICE, &[payment]);
    let amount = |value: i64| json!({"currency": "eur", "value": value});
    let record = json!({"id": RECORD, "object": "payment_record",
        "amount_requested": amount(999), "amount_guaranteed": amount(999 - refunded),
        "amount_refunded": amount(refunded)});
    scene
        .server
        .has(&format!("payment_records/{RECORD}"), &record);
    scene
}

#[tokio::test]
async fn a_payment_record_that_was_refunded_ends_access() {
    for (in_part, refunded, expected) in [
        (false, 0, Status::Active),
        (false, 998, Status::Active),
        (false, 999, Status::Revoked),
        (true, 0, Status::Active),
        (true, 1, Status::Revoked),
    ] {
        let configuration = json!({ "partialRefundEndsAccess": in_part });
        let state = recorded(configuration, refunded).await.state().await;
        assert_eq!(state.status, expected, "{in_part} {refunded}");
        assert_eq!(state.revoked_at, None, "Stripe does not show when");
    }
}

#[tokio::test]
async fn a_payment_record_that_may_not_be_read_decides_nothing() {
    let scene = recorded(json!({}), 999).await;
    let reply = crate::server::Reply::refusal(403, "invalid_request_error", "", "");
    let path = format!("payment_records/{RECORD}");
    scene.server.answers(&path, reply);
    assert_eq!(scene.look().await.unwrap_err().kind(), "unauthorized");
    let nameless =
        json!({"id": "inpay_1", "status": "paid", "payment": {"type": "payment_record"}});
    scene.server.lists(OF_INVOICE, &[nameless]);
    assert_eq!(scene.look().await.unwrap_err().kind(), "malformed");
}

#[tokio::test]
async fn a_payment_of_an_unknown_kind_or_status_neither_ends_access_nor_gives_it_back() {
    let mut barter = paid_by(&charge(&json!({})));
    barter["payment"] = json!({"type": "barter", "barter": "ba_1"});
    let mut frozen = paid_by(&charge(&json!({})));
    frozen["status"] = json!("frozen");
    for (payment, word) in [
        (barter, "payment: barter"),
        (frozen, "invoice payment: frozen"),
    ] {
        let scene = Scene::set().await;
        let other = paid_by(&refunded("ch_1"));
        scene.server.lists(OF_INVOICE, &[payment.clone(), other]);
        scene.server.lists("refunds", &[refund(START)]);
        let seen = scene.look().await.unwrap();
        assert_eq!(seen.reading, Reading::UnknownStatus(word.to_owned()));

        let kept = paid_by(&charge(&json!({"id": "ch_2"})));
        scene.server.lists(OF_INVOICE, &[payment, kept]);
        let seen = scene.look().await.unwrap();
        assert_eq!(seen.unknown_status.as_deref(), Some(word));
        assert_eq!(crate::scene::known(seen).status, Status::Active);
    }
}

#[tokio::test]
async fn payments_are_read_to_the_end() {
    let scene = Scene::set().await;
    let mut first = list(&[paid_by(&refunded("ch_1"))]);
    first["has_more"] = json!(true);
    scene.server.has(OF_INVOICE, &first);
    scene.server.lists("refunds", &[refund(START)]);
    let second = "invoice_payments?starting_after=inpay_1";
    scene
        .server
        .lists(second, &[paid_by(&charge(&json!({"id": "ch_2"})))]);
    assert_eq!(scene.state().await.status, Status::Active);
    scene.server.lists(second, &[paid_by(&refunded("ch_2"))]);
    assert_eq!(scene.state().await.status, Status::Revoked);
}

#[tokio::test]
async fn nothing_is_given_back_of_a_payment_record_of_nothing() {
    let scene = recorded(json!({}), 0).await;
    let nothing = json!({"currency": "eur", "value": 0});
    let record = json!({"id": RECORD, "amount_requested": nothing, "amount_refunded": nothing});
    scene
        .server
        .has(&format!("payment_records/{RECORD}"), &record);
    assert_eq!(scene.state().await.status, Status::Active);
    let other = json!({"id": "pr_other", "amount_requested": nothing, "amount_refunded": nothing});
    scene
        .server
        .has(&format!("payment_records/{RECORD}"), &other);
    assert_eq!(scene.look().await.unwrap_err().kind(), "malformed");
}
