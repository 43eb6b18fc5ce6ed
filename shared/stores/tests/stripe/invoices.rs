//! Which invoice paid for the period that runs.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::scene::{
    BEFORE, END, INVOICE, START, SUB, Scene, at, invoice, item, known, line, price,
};
use crate::server::list;

fn for_item(item: &str, proration: bool) -> Value {
    let mut line = line(START, END);
    let details = &mut line["parent"]["subscription_item_details"];
    details["subscription_item"] = json!(item);
    details["proration"] = json!(proration);
    line
}

/// A paid invoice that is the latest of all, with these lines.
fn latest(reason: &str, lines: &[Value]) -> Value {
    let changes = json!({"id": "in_latest", "billing_reason": reason, "lines": list(lines)});
    json!({"latest_invoice": invoice(&changes)})
}

/// The invoices that Stripe lists as paid.
async fn payer(changes: &Value, listed: &[Value]) -> Option<String> {
    let scene = Scene::with(changes).await;
    scene.server.lists("invoices", listed);
    scene.state().await.order_id
}

#[tokio::test]
async fn it_is_the_latest_if_that_is_paid_and_for_a_whole_period() {
    let scene = Scene::set().await;
    assert_eq!(scene.state().await.order_id.as_deref(), Some(INVOICE));
    let asked = scene.server.paths();
    assert_eq!(
        asked,
        [
            format!("subscriptions/{SUB}"),
            "invoice_payments".to_owned()
        ]
    );
}

#[tokio::test]
async fn otherwise_the_paid_ones_are_asked_for() {
    let scene = Scene::with(&latest(
        "subscription_update",
        &[for_item("si_SynthItem01", true)],
    ))
    .await;
    scene.server.lists("invoices", &[invoice(&json!({}))]);
    assert_eq!(scene.state().await.order_id.as_deref(), Some(INVOICE));
    let asked = scene.server.asked_for("invoices").remove(0);
    assert_eq!(asked.says("subscription"), [SUB]);
    assert_eq!(asked.says("status"), ["paid"]);
    assert_eq!(asked.says("limit"), ["25"]);
}

#[tokio::test]
async fn a_change_within_a_period_is_passed_over() {
    let change = latest("subscription_update", &[for_item("si_SynthItem01", true)]);
    let another =
        invoice(&json!({"id": "in_change", "lines": list(&[for_item("si_SynthItem01", true)])}));
    let listed = [another, invoice(&json!({}))];
    assert_eq!(payer(&change, &listed).await.as_deref(), Some(INVOICE));
    let mut older = line(START, END);
    older["parent"] = Value::Null;
    older["proration"] = json!(true);
    let change = latest("subscription_update", &[older]);
    assert_eq!(payer(&change, &listed).await.as_deref(), Some(INVOICE));
    assert_eq!(payer(&change, &[]).await, None);
}

#[tokio::test]
async fn a_change_that_begins_a_new_period_counts() {
    let lines = [
        for_item("si_SynthItem01", true),
        for_item("si_SynthItem01", false),
    ];
    let change = latest("subscription_update", &lines);
    assert_eq!(payer(&change, &[]).await.as_deref(), Some("in_latest"));
}

#[tokio::test]
async fn what_is_for_another_item_is_passed_over() {
    let mut other = latest("subscription_cycle", &[for_item("si_other", false)]);
    let another = item(&json!({"id": "si_other"}));
    other["items"] = list(&[item(&json!({})), another]);
    let listed = [invoice(&json!({}))];
    assert_eq!(payer(&other, &listed).await.as_deref(), Some(INVOICE));
    let mut unnamed = line(START, END);
    unnamed["parent"] = Value::Null;
    let unnamed = latest("subscription_cycle", &[unnamed]);
    assert_eq!(payer(&unnamed, &listed).await.as_deref(), Some("in_latest"));
}

#[tokio::test]
async fn an_invoice_without_lines_is_told_by_its_reason() {
    let listed = [invoice(&json!({}))];
    for (reason, expected) in [
        ("subscription_create", "in_latest"),
        ("subscription_cycle", "in_latest"),
        ("subscription", "in_latest"),
        ("quote_accept", "in_latest"),
        ("subscription_update", INVOICE),
        ("subscription_threshold", INVOICE),
        ("manual", INVOICE),
    ] {
        let found = payer(&latest(reason, &[]), &listed).await;
        assert_eq!(found.as_deref(), Some(expected), "{reason}");
    }
    let unknown = payer(&latest("subscription_gift", &[]), &listed).await;
    assert_eq!(unknown.as_deref(), Some(INVOICE));
}

#[tokio::test]
async fn before_the_first_payment_none_is_looked_for() {
    for status in ["incomplete", "incomplete_expired"] {
        let open = invoice(&json!({"status": "open", "billing_reason": "subscription_create"}));
        let scene = Scene::with(&json!({"status": status, "latest_invoice": open})).await;
        let state = scene.state().await;
        assert_eq!(
            (state.period_end, state.order_id),
            (at(END), None),
            "{status}"
        );
        assert_eq!(scene.server.paths().len(), 1);
    }
}

#[tokio::test]
async fn an_invoice_that_is_not_expanded_is_asked_for() {
    let scene = Scene::with(&json!({"latest_invoice": INVOICE})).await;
    scene
        .server
        .has(&format!("invoices/{INVOICE}"), &invoice(&json!({})));
    assert_eq!(scene.state().await.order_id.as_deref(), Some(INVOICE));
}

#[tokio::test]
async fn the_service_period_is_that_of_the_lines_not_of_the_invoice() {
    let looking_back = invoice(&json!({"period_start": BEFORE, "period_end": START}));
    let state = crate::scene::state(&json!({"latest_invoice": looking_back})).await;
    assert_eq!(state.details["paidStart"], at(START).to_string());
    assert_eq!(state.details["paidEnd"], at(END).to_string());
}

#[tokio::test]
async fn of_several_items_the_one_that_lasts_longest_decides() {
    let yearly = item(&json!({"id": "si_yearly", "current_period_start": BEFORE,
        "current_period_end": BEFORE + 365 * 24 * 3600,
        "price": price(&json!({"id": "price_y", "product": "prod_yearly"}))}));
    let monthly = item(&json!({}));
    for items in [[yearly.clone(), monthly.clone()], [monthly, yearly]] {
        let scene = Scene::with(&json!({"items": list(&items)})).await;
        let state = scene.state().await;
        assert_eq!(state.product_id, "prod_yearly");
        assert_eq!(state.period_end, at(BEFORE + 365 * 24 * 3600));
        assert_eq!((state.status, state.order_id), (Status::Active, None));
    }
}

#[tokio::test]
async fn its_lines_are_read_to_the_end() {
    let cut = |lines: &[Value]| {
        let mut lines = list(lines);
        lines["has_more"] = json!(true);
        lines
    };
    let first = cut(&[for_item("si_SynthItem01", true)]);
    let large = invoice(&json!({"id": "in_latest", "lines": first}));
    for changes in [
        json!({ "latest_invoice": large }),
        json!({"latest_invoice": invoice(&json!({"status": "draft"}))}),
    ] {
        let scene = Scene::with(&changes).await;
        scene.server.lists("invoices", std::slice::from_ref(&large));
        let path = "invoices/in_latest/lines?starting_after=il_1SynthLine01";
        scene
            .server
            .lists(path, &[for_item("si_SynthItem01", false)]);
        let state = scene.state().await;
        assert_eq!(state.order_id.as_deref(), Some("in_latest"));
    }
}

#[tokio::test]
async fn an_unknown_status_of_the_latest_neither_ends_access_nor_gives_it_back() {
    let latest = invoice(&json!({"status": "frozen"}));
    let scene = Scene::with(&json!({ "latest_invoice": latest })).await;
    let word = "invoice: frozen".to_owned();
    let seen = scene.look().await.unwrap();
    assert_eq!(seen.reading, Reading::UnknownStatus(word.clone()));
    scene.sells(&json!({"latest_invoice": latest, "status": "canceled"}));
    let seen = scene.look().await.unwrap();
    assert_eq!(seen.unknown_status, Some(word));
    assert_eq!(known(seen).status, Status::Expired);
}
