//! An item may get another id: by a phase of a schedule, or by a change that removes it and adds
//! another. What it was paid with stays what it was paid with.

use domain::{Status, StoreState};
use serde_json::{Value, json};

use crate::scene::{
    AFTER, CHARGE, DAY, END, INVOICE, START, Scene, charge, invoice, item, line, paid_by, price,
};
use crate::server::list;

/// The item that is there now.
fn renamed(changes: &Value) -> Value {
    let changes = crate::scene::changed(json!({"id": "si_SynthItem02"}), changes);
    item(&changes)
}

fn upgraded() -> Value {
    renamed(&json!({"price": price(&json!({"id": "price_gold", "product": "prod_gold"}))}))
}

/// A month that was paid under the old id; `charge_changes` tell what became of the money.
async fn paid_before(item: Value, charge_changes: &Value) -> Scene {
    let scene = Scene::with(&json!({"items": list(&[item])})).await;
    given_back(&scene, charge_changes);
    scene.server.lists("invoices", &[invoice(&json!({}))]);
    scene
}

fn given_back(scene: &Scene, charge_changes: &Value) {
    let path = format!("invoice_payments?invoice={INVOICE}");
    let charge = charge(charge_changes);
    scene.server.lists(&path, &[paid_by(&charge)]);
    let refund = json!({"id": "re_1", "object": "refund", "amount": 999, "status": "succeeded",
        "created": START + DAY, "charge": CHARGE});
    let refunds = format!("refunds?charge={CHARGE}");
    scene.server.lists(&refunds, &[refund]);
    let lost = json!({"id": "dp_1", "object": "dispute", "status": "lost",
        "created": START + DAY, "charge": CHARGE});
    scene.server.lists("disputes", &[lost]);
}

fn refunded() -> Value {
    json!({"amount_refunded": 999, "refunded": true})
}

#[tokio::test]
async fn money_of_the_period_that_is_given_back_still_ends_access() {
    for item in [renamed(&json!({})), upgraded()] {
        for back in [refunded(), json!({"disputed": true})] {
            let scene = paid_before(item.clone(), &back).await;
            assert_eq!(scene.state().await.status, Status::Revoked, "{back}");
        }
    }
}

#[tokio::test]
async fn the_payment_is_still_known() {
    let state: StoreState = paid_before(upgraded(), &json!({})).await.state().await;
    assert_eq!(state.order_id.as_deref(), Some(INVOICE));
    assert_eq!(state.product_id, "prod_gold");
}

#[tokio::test]
async fn it_is_also_known_while_the_first_period_under_the_new_id_is_not_paid() {
    let mut next = line(END, AFTER);
    next["parent"]["subscription_item_details"]["subscription_item"] = json!("si_SynthItem02");
    let draft = invoice(&json!({"id": "in_next", "status": "draft", "lines": list(&[next])}));
    let mut now = upgraded();
    now["current_period_start"] = json!(END);
    now["current_period_end"] = json!(AFTER);
    let scene = paid_before(now.clone(), &refunded()).await;
    scene.sells(&json!({"items": list(&[now]), "latest_invoice": draft}));
    let state = scene.state().await;
    assert_eq!(state.order_id.as_deref(), Some(INVOICE));
    assert_eq!(state.status, Status::Revoked);
}

#[tokio::test]
async fn what_another_item_was_paid_with_stays_its_own() {
    // Removed since: of another product, with periods of its own.
    let mut merchandise = line(START, START + 7 * DAY);
    merchandise["parent"]["subscription_item_details"]["subscription_item"] = json!("si_merch");
    merchandise["pricing"]["price_details"] = json!({"price": "price_m", "product": "prod_m"});
    let latest = invoice(&json!({"id": "in_merch", "lines": list(&[merchandise])}));
    let scene = Scene::with(&json!({ "latest_invoice": latest })).await;
    scene
        .server
        .lists("invoices", &[latest, invoice(&json!({}))]);
    let state = scene.state().await;
    assert_eq!(state.order_id.as_deref(), Some(INVOICE));
}

#[tokio::test]
async fn a_line_for_an_item_that_is_gone_counts_by_its_price_product_or_period() {
    let priced = |price: &str, product: &str| json!({"type": "price_details", "price_details": {"price": price, "product": product}});
    let (same, other) = (
        priced("price_1SynthPremM", "prod_SynthPrem"),
        priced("price_m", "prod_m"),
    );
    let elsewhere = START - 7 * DAY;
    for (pricing, ends_at, counts) in [
        (same, elsewhere, true),
        (priced("price_1SynthPremM", "prod_m"), elsewhere, true),
        (priced("price_m", "prod_SynthPrem"), elsewhere, true),
        (other.clone(), END, true),
        (other.clone(), START, true),
        (other, elsewhere, false),
        (Value::Null, elsewhere, false),
    ] {
        let mut line = line(elsewhere - DAY, ends_at);
        line["parent"]["subscription_item_details"]["subscription_item"] = json!("si_gone");
        line["pricing"] = pricing;
        let scene = Scene::with(&json!({"latest_invoice": change(0)})).await;
        let month = invoice(&json!({ "lines": list(&[line.clone()]) }));
        scene.server.lists("invoices", &[month]);
        let found = scene.state().await.order_id;
        assert_eq!(found.is_some(), counts, "{line}");
    }
}

#[tokio::test]
async fn before_basil_a_line_names_its_price_or_plan_itself() {
    let own = price(&json!({}));
    let other = price(&json!({"id": "price_m", "product": "prod_m"}));
    for (name, shown, counts) in [
        ("price", &own, true),
        ("plan", &own, true),
        ("price", &other, false),
        ("plan", &other, false),
    ] {
        let period = json!({"start": START - 9 * DAY, "end": START - 8 * DAY});
        let mut line = json!({"id": "il_1", "type": "subscription", "proration": false,
            "subscription_item": "si_gone", "period": period});
        line[name] = shown.clone();
        let scene = Scene::with(&json!({"latest_invoice": change(0)})).await;
        let month = invoice(&json!({ "lines": list(&[line.clone()]) }));
        scene.server.lists("invoices", &[month]);
        let found = scene.state().await.order_id;
        assert_eq!(found.is_some(), counts, "{line}");
    }
}

fn page(invoices: &[Value], has_more: bool) -> Value {
    let mut page = list(invoices);
    page["has_more"] = json!(has_more);
    page
}

/// A paid bill for a change within the period.
fn change(number: usize) -> Value {
    let mut line = line(START + DAY, START + 2 * DAY);
    line["parent"]["subscription_item_details"]["proration"] = json!(true);
    let id = format!("in_{number}");
    invoice(&json!({"id": id, "billing_reason": "subscription_update", "lines": list(&[line])}))
}

#[tokio::test]
async fn the_bill_of_the_period_is_found_behind_many_for_changes() {
    let scene = Scene::with(&json!({"latest_invoice": change(0)})).await;
    scene
        .server
        .has("invoices", &page(&[change(0), change(1)], true));
    let rest = page(&[change(2), invoice(&json!({}))], true);
    scene.server.has("invoices?starting_after=in_1", &rest);
    given_back(&scene, &refunded());
    assert_eq!(scene.state().await.status, Status::Revoked);
    assert_eq!(scene.server.asked_for("invoices").len(), 2);
}

#[tokio::test]
async fn behind_more_than_are_read_nothing_is_decided() {
    let scene = Scene::with(&json!({"latest_invoice": change(0)})).await;
    scene.server.has("invoices", &page(&[change(0)], true));
    for number in 1..40 {
        let place = format!("invoices?starting_after=in_{}", number - 1);
        scene.server.has(&place, &page(&[change(number)], true));
    }
    let seen = scene.look().await.unwrap();
    let word = "more invoices than are read".to_owned();
    assert_eq!(seen.reading, domain::Reading::UnknownStatus(word));
    assert_eq!(scene.server.asked_for("invoices").len(), 20);
}
