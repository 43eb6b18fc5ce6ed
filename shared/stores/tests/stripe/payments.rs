//! What paid an invoice.

use domain::Status;
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
    let record = json!({"status": "paid", "payment": {"type": "payment_record",
        "payment_record": "pr_1"}});
    for payments in [vec![], vec![record], vec![json!({"status": "paid"})]] {
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
