//! Bills for something beside the subscription, by an invoice item: an extra, or the difference of an
//! upgrade. They pay for no period.

use domain::Status;
use serde_json::{Value, json};

use crate::scene::{
    BEFORE, CHARGE, DAY, END, INVOICE, START, SUB, Scene, at, changed, charge, invoice, known,
    line, paid_by,
};
use crate::server::list;

const EXTRA: &str = "in_1SynthExtra01";
const EXTRA_CHARGE: &str = "ch_1SynthExtra01";
const MIDDLE: i64 = START + 5 * DAY;

const REASONS: [&str; 4] = [
    "automatic_pending_invoice_item_invoice",
    "subscription_update",
    "subscription_cycle",
    "manual",
];

/// A line for an extra, with its parent in the form of today's versions.
fn extra(changes: &Value) -> Value {
    let line = json!({
        "id": "il_1SynthExtra01", "object": "line_item", "amount": 499, "currency": "eur",
        "period": {"start": MIDDLE, "end": MIDDLE},
        "parent": {"type": "invoice_item_details", "subscription_item_details": null,
            "invoice_item_details": {"invoice_item": "ii_1Synth01", "proration": false,
                "proration_details": {"credited_items": null}, "subscription": SUB}},
    });
    changed(line, changes)
}

/// The same before 2025-03-31.
fn older_extra() -> Value {
    extra(
        &json!({"parent": null, "type": "invoiceitem", "proration": false,
        "invoice_item": "ii_1Synth01", "subscription": SUB}),
    )
}

/// A difference that goes to the end of the period.
fn difference() -> Value {
    let mut line = extra(&json!({"period": {"start": MIDDLE, "end": END}}));
    line["parent"]["invoice_item_details"]["proration"] = json!(true);
    line
}

fn bill(reason: &str, lines: &[Value]) -> Value {
    invoice(
        &json!({"id": EXTRA, "billing_reason": reason, "created": MIDDLE, "amount_due": 499,
            "amount_paid": 499, "lines": list(lines)}),
    )
}

/// A paid month with that bill after it. The money of the month or of the bill was paid back.
async fn paid_back(bill: &Value, of_the_month: bool) -> Scene {
    let scene = Scene::with(&json!({ "latest_invoice": bill })).await;
    let month = invoice(&json!({}));
    scene.server.lists("invoices", &[bill.clone(), month]);
    for (invoice, id, amount, back) in [
        (EXTRA, EXTRA_CHARGE, 499, !of_the_month),
        (INVOICE, CHARGE, 999, of_the_month),
    ] {
        let refunded = if back { amount } else { 0 };
        let charge = charge(
            &json!({"id": id, "amount": amount, "amount_refunded": refunded,
            "refunded": back}),
        );
        let path = format!("invoice_payments?invoice={invoice}");
        scene.server.lists(&path, &[paid_by(&charge)]);
        let refund = json!({"id": "re_1", "object": "refund", "amount": amount,
            "status": "succeeded", "created": MIDDLE + DAY, "charge": id});
        scene
            .server
            .lists(&format!("refunds?charge={id}"), &[refund]);
    }
    scene
}

#[tokio::test]
async fn paying_back_an_extra_ends_nothing() {
    for reason in REASONS {
        for lines in [
            vec![extra(&json!({}))],
            vec![older_extra()],
            vec![difference()],
        ] {
            let scene = paid_back(&bill(reason, &lines), false).await;
            let state = scene.state().await;
            assert_eq!(state.status, Status::Active, "{reason}");
            assert_eq!(state.order_id.as_deref(), Some(INVOICE), "{reason}");
        }
    }
}

#[tokio::test]
async fn paying_back_an_extra_ends_nothing_also_where_no_lines_are_shown() {
    let shown = bill("automatic_pending_invoice_item_invoice", &[]);
    let scene = paid_back(&shown, false).await;
    assert_eq!(scene.state().await.status, Status::Active);
}

#[tokio::test]
async fn paying_back_the_month_ends_it_although_something_was_billed_since() {
    for reason in REASONS {
        for lines in [
            vec![extra(&json!({}))],
            vec![older_extra()],
            vec![difference()],
        ] {
            let scene = paid_back(&bill(reason, &lines), true).await;
            let state = scene.state().await;
            assert_eq!(state.status, Status::Revoked, "{reason}");
            assert_eq!(state.revoked_at, Some(at(MIDDLE + DAY)), "{reason}");
        }
    }
}

#[tokio::test]
async fn an_extra_on_the_bill_of_a_period_leaves_it_one() {
    let lines = [extra(&json!({})), line(START, END)];
    let both = invoice(&json!({"lines": list(&lines)}));
    let scene = Scene::with(&json!({ "latest_invoice": both })).await;
    let state = scene.state().await;
    assert_eq!(state.order_id.as_deref(), Some(INVOICE));
    assert_eq!(state.details["paidEnd"], at(END).to_string());
}

#[tokio::test]
async fn an_unpaid_extra_leaves_the_period_paid() {
    let mut owed = bill("subscription_cycle", &[extra(&json!({}))]);
    owed["status"] = json!("open");
    let scene = Scene::with(&json!({ "latest_invoice": owed })).await;
    scene.server.lists("invoices", &[invoice(&json!({}))]);
    let state = scene.state().await;
    assert_eq!((state.status, state.period_end), (Status::Active, at(END)));
}

#[tokio::test]
async fn a_line_of_an_unknown_kind_counts_for_nothing_and_alarms() {
    let mut parent = line(START, END);
    parent["parent"]["type"] = json!("gift_details");
    let mut older = line(START, END);
    older["parent"] = Value::Null;
    older["type"] = json!("gift_details");
    for unknown in [parent, older] {
        let latest = bill("subscription_cycle", &[unknown]);
        let scene = Scene::with(&json!({ "latest_invoice": latest })).await;
        let before = json!({"lines": list(&[line(BEFORE, START)])});
        scene.server.lists("invoices", &[latest, invoice(&before)]);
        let seen = scene.look().await.unwrap();
        let alarm = "invoice line: gift_details";
        assert_eq!(seen.unknown_status.as_deref(), Some(alarm));
        let state = known(seen);
        assert_eq!(state.order_id.as_deref(), Some(INVOICE));
        assert_eq!(
            (state.status, state.period_end),
            (Status::Active, at(START))
        );
    }
}
