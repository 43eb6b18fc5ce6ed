//! Money that was given back.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::scene::{CHARGE, DAY, INVOICE, START, Scene, at, charge, invoice, known, paid_by};
use crate::server::list;

const OF_CHARGE: &str = "refunds?charge=ch_1SynthCha0002";

fn refund(amount: i64, status: &Value, created: i64) -> Value {
    json!({"id": format!("re_{created}"), "object": "refund", "amount": amount, "status": status,
        "created": created, "charge": CHARGE})
}

fn succeeded(amount: i64, created: i64) -> Value {
    refund(amount, &json!("succeeded"), created)
}

/// A paid month of which so much was given back, by these refunds.
async fn given_back(configuration: Value, charge_changes: &Value, refunds: &[Value]) -> Scene {
    let scene = Scene::configured(configuration).await;
    let path = format!("invoice_payments?invoice={INVOICE}");
    scene
        .server
        .lists(&path, &[paid_by(&charge(charge_changes))]);
    scene.server.lists(OF_CHARGE, refunds);
    scene
}

async fn revoked_at(charge_changes: &Value, refunds: &[Value]) -> Option<i64> {
    let scene = given_back(json!({}), charge_changes, refunds).await;
    let state = scene.state().await;
    assert_eq!(state.status == Status::Revoked, state.revoked_at.is_some());
    assert_eq!(state.auto_renew, state.revoked_at.is_none());
    state.revoked_at.map(|at| at.as_second())
}

fn whole() -> Value {
    json!({"amount_refunded": 999, "refunded": true})
}

#[tokio::test]
async fn a_full_refund_of_the_last_payment_ends_access_when_it_was_made() {
    let made = revoked_at(&whole(), &[succeeded(999, START + DAY)]).await;
    assert_eq!(made, Some(START + DAY));
}

#[tokio::test]
async fn several_refunds_count_together_from_the_last() {
    let two = [succeeded(500, START + 2 * DAY), succeeded(499, START + DAY)];
    assert_eq!(revoked_at(&whole(), &two).await, Some(START + 2 * DAY));
    let part = json!({"amount_refunded": 998});
    assert_eq!(revoked_at(&part, &[succeeded(998, START)]).await, None);
}

#[tokio::test]
async fn a_partial_refund_ends_access_only_if_it_is_configured() {
    for (ends, expected) in [(false, None), (true, Some(at(START + DAY)))] {
        let configuration = json!({ "partialRefundEndsAccess": ends });
        let refunds = [succeeded(100, START + 2 * DAY), succeeded(100, START + DAY)];
        let part = json!({"amount_refunded": 200});
        let scene = given_back(configuration, &part, &refunds).await;
        assert_eq!(scene.state().await.revoked_at, expected);
    }
}

#[tokio::test]
async fn only_a_refund_that_is_made_or_under_way_counts() {
    for (status, counts) in [
        (json!("succeeded"), true),
        (json!("pending"), true),
        (Value::Null, true),
        (json!("failed"), false),
        (json!("canceled"), false),
        (json!("requires_action"), false),
    ] {
        let made = revoked_at(&whole(), &[refund(999, &status, START)]).await;
        assert_eq!(made.is_some(), counts, "{status}");
    }
}

#[tokio::test]
async fn a_refund_that_failed_is_undone() {
    let scene = given_back(json!({}), &whole(), &[succeeded(999, START)]).await;
    assert_eq!(scene.state().await.status, Status::Revoked);
    scene
        .server
        .lists(OF_CHARGE, &[refund(999, &json!("failed"), START)]);
    assert_eq!(scene.state().await.status, Status::Active);
}

#[tokio::test]
async fn an_unknown_status_neither_ends_access_nor_gives_it_back() {
    let unknown = refund(499, &json!("reviewed"), START);
    let sure = succeeded(500, START + DAY);
    let scene = given_back(json!({}), &whole(), &[unknown.clone(), sure]).await;
    let seen = scene.look().await.unwrap();
    let word = "refund: reviewed".to_owned();
    assert_eq!(seen.reading, Reading::UnknownStatus(word.clone()));
    assert_eq!(seen.unknown_status, Some(word));

    for (refunds, expected) in [
        (
            vec![unknown.clone(), succeeded(999, START)],
            Status::Revoked,
        ),
        (vec![unknown, succeeded(499, START)], Status::Active),
    ] {
        let scene = given_back(json!({}), &whole(), &refunds).await;
        let seen = scene.look().await.unwrap();
        assert_eq!(seen.unknown_status.as_deref(), Some("refund: reviewed"));
        assert_eq!(known(seen).status, expected);
    }
}

#[tokio::test]
async fn refunds_are_read_to_the_end() {
    for (last, expected) in [(499, Some(at(START + DAY))), (498, None)] {
        let part = json!({"amount_refunded": 998});
        let scene = given_back(json!({}), &part, &[]).await;
        let mut first = list(&[succeeded(500, START)]);
        first["has_more"] = json!(true);
        scene.server.has(OF_CHARGE, &first);
        let rest = [succeeded(last, START + DAY)];
        let second = format!("refunds?starting_after=re_{START}");
        scene.server.lists(&second, &rest);
        assert_eq!(scene.state().await.revoked_at, expected);
    }
}

#[tokio::test]
async fn more_refunds_than_are_read_decide_nothing() {
    let scene = given_back(json!({}), &json!({"amount_refunded": 500}), &[]).await;
    for number in 0..40 {
        let mut page = list(&[succeeded(1, number)]);
        page["has_more"] = json!(true);
        let place = match number {
            0 => OF_CHARGE.to_owned(),
            _ => format!("refunds?starting_after=re_{}", number - 1),
        };
        scene.server.has(&place, &page);
    }
    let seen = scene.look().await.unwrap();
    let word = "more refunds than are read".to_owned();
    assert_eq!(seen.reading, Reading::UnknownStatus(word));
    assert_eq!(scene.server.asked_for("refunds").len(), 20);
}

#[tokio::test]
async fn nothing_is_given_back_of_a_charge_of_nothing() {
    let nothing = json!({"amount": 0, "amount_refunded": 0, "refunded": true});
    assert_eq!(revoked_at(&nothing, &[succeeded(0, START)]).await, None);
}

#[tokio::test]
async fn a_refund_counts_in_every_status_but_one_in_which_nothing_is_paid() {
    for (status, expected) in [
        ("active", Status::Revoked),
        ("past_due", Status::Revoked),
        ("unpaid", Status::Revoked),
        ("paused", Status::Revoked),
        ("canceled", Status::Revoked),
        ("incomplete", Status::Pending),
        ("incomplete_expired", Status::Expired),
    ] {
        let scene = given_back(json!({}), &whole(), &[succeeded(999, START)]).await;
        scene.sells(&json!({ "status": status }));
        assert_eq!(scene.state().await.status, expected, "{status}");
    }
}

#[tokio::test]
async fn a_refund_of_the_last_payment_counts_while_the_next_is_owed() {
    let scene = given_back(json!({}), &whole(), &[succeeded(999, START)]).await;
    let draft = invoice(&json!({"id": "in_next", "status": "draft", "amount_paid": 0}));
    scene.sells(&json!({ "latest_invoice": draft }));
    scene.server.lists("invoices", &[invoice(&json!({}))]);
    assert_eq!(scene.state().await.status, Status::Revoked);
}

#[tokio::test]
async fn the_next_payment_makes_up_for_it() {
    let scene = given_back(json!({}), &whole(), &[succeeded(999, START)]).await;
    scene.sells(&json!({"latest_invoice": invoice(&json!({"id": "in_next"}))}));
    let next = charge(&json!({"id": "ch_next"}));
    scene
        .server
        .lists("invoice_payments?invoice=in_next", &[paid_by(&next)]);
    assert_eq!(scene.state().await.status, Status::Active);
}
