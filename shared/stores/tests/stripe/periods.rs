//! Which period counts: the last that is paid.

use domain::{Status, StoreState};
use serde_json::{Value, json};

use crate::scene::{
    AFTER, BEFORE, DAY, END, INVOICE, START, Scene, at, changed, invoice, item, line, state,
};
use crate::server::list;

/// A subscription whose next period has begun, with an invoice for it.
fn next_period(invoice_changes: &Value) -> Value {
    let next = json!({"id": "in_next", "status": "draft", "amount_paid": 0, "created": END,
        "lines": list(&[line(END, AFTER)])});
    json!({
        "items": list(&[item(&json!({"current_period_start": END, "current_period_end": AFTER}))]),
        "latest_invoice": invoice(&changed(next, invoice_changes)),
    })
}

/// The same, with the paid invoice of the period before in Stripe's list.
async fn after(changes: &Value, invoice_changes: &Value) -> StoreState {
    let subscription = changed(next_period(invoice_changes), changes);
    let mut scene = Scene::with(&subscription).await;
    scene.server.lists("invoices", &[invoice(&json!({}))]);
    scene.now = at(END + 1800);
    scene.state().await
}

#[tokio::test]
async fn a_period_that_has_begun_does_not_count_until_it_is_paid() {
    for status in ["draft", "open", "uncollectible", "void"] {
        let state = after(&json!({}), &json!({ "status": status })).await;
        assert_eq!(state.status, Status::Active, "{status}");
        assert_eq!(state.period_end, at(END), "{status}");
        assert_eq!(state.period_start, Some(at(START)), "{status}");
        assert_eq!(state.order_id.as_deref(), Some(INVOICE), "{status}");
        assert!(state.grants_access(at(END + 1800)), "{status}");
    }
    let paid = after(&json!({}), &json!({"status": "paid", "amount_paid": 999})).await;
    assert_eq!(paid.period_end, at(AFTER));
    assert_eq!(paid.period_start, Some(at(END)));
    assert_eq!(paid.order_id.as_deref(), Some("in_next"));
}

#[tokio::test]
async fn nor_while_there_is_no_invoice_for_it_yet() {
    let moved = json!({"items": next_period(&json!({}))["items"]});
    let mut scene = Scene::with(&moved).await;
    scene.now = at(END + 5);
    let state = scene.state().await;
    assert_eq!(
        (state.period_start, state.period_end),
        (Some(at(START)), at(END))
    );
    assert!(scene.server.asked_for("invoices").is_empty());
}

#[tokio::test]
async fn without_an_earlier_payment_the_period_before_ends_where_the_unpaid_one_begins() {
    let mut scene = Scene::with(&next_period(&json!({}))).await;
    scene.now = at(END + 1800);
    let state = scene.state().await;
    assert_eq!((state.period_start, state.period_end), (None, at(END)));
    assert_eq!(state.order_id, None);
}

#[tokio::test]
async fn a_bill_for_the_first_period_shows_that_period() {
    let first = invoice(&json!({"status": "open", "billing_reason": "subscription_create"}));
    let changes = json!({"collection_method": "send_invoice", "latest_invoice": first});
    let state = state(&changes).await;
    assert_eq!((state.status, state.period_end), (Status::Active, at(END)));
}

#[tokio::test]
async fn the_hour_after_a_trial_still_shows_the_trial() {
    let free = json!({"id": "in_free", "amount_paid": 0, "billing_reason": "subscription_create"});
    let trial = json!({"trial_start": START, "trial_end": END});
    let look = async |invoice_changes: &Value, changes: &Value| {
        let subscription = changed(next_period(invoice_changes), changes);
        let scene = Scene::with(&subscription).await;
        scene.server.lists("invoices", &[invoice(&free)]);
        scene.state().await
    };
    let unpaid = look(&json!({}), &trial).await;
    assert_eq!(
        (unpaid.period_end, unpaid.trial_end),
        (at(END), Some(at(END)))
    );
    let paid = look(&json!({"status": "paid"}), &trial).await;
    assert_eq!((paid.period_end, paid.trial_end), (at(AFTER), None));
    let failed = changed(trial, &json!({"status": "past_due"}));
    let failed = look(&json!({"status": "open"}), &failed).await;
    assert_eq!((failed.period_end, failed.trial_end), (at(END), None));
}

#[tokio::test]
async fn an_extended_trial_does_not_shrink_when_it_is_over() {
    let free = json!({"amount_paid": 0, "lines": list(&[line(START, END - 5 * DAY)])});
    let subscription = changed(next_period(&json!({})), &json!({"trial_end": END}));
    let scene = Scene::with(&subscription).await;
    scene.server.lists("invoices", &[invoice(&free)]);
    assert_eq!(scene.state().await.period_end, at(END));
}

#[tokio::test]
async fn an_extended_trial_ends_when_stripe_says() {
    let free = invoice(&json!({"amount_paid": 0, "lines": list(&[line(BEFORE, START)])}));
    let changes = json!({"status": "trialing", "trial_end": END, "latest_invoice": free});
    let state = state(&changes).await;
    assert_eq!(
        (state.period_end, state.trial_end),
        (at(END), Some(at(END)))
    );
}

#[tokio::test]
async fn an_unpaid_change_within_a_period_leaves_the_period_paid() {
    let mut proration = line(START + DAY, END);
    proration["parent"]["subscription_item_details"]["proration"] = json!(true);
    let change = invoice(
        &json!({"id": "in_change", "status": "open", "created": START + 9 * DAY,
        "billing_reason": "subscription_update", "lines": list(&[proration])}),
    );
    let scene = Scene::with(&json!({"status": "past_due", "latest_invoice": change})).await;
    scene.server.lists("invoices", &[invoice(&json!({}))]);
    let state = scene.state().await;
    assert_eq!(state.status, Status::Grace);
    assert_eq!(state.period_end, at(END));
    assert_eq!(state.grace_end, Some(at(END)));
    assert_eq!(state.order_id.as_deref(), Some(INVOICE));
}

#[tokio::test]
async fn an_earlier_end_is_taken_as_stripe_says_it() {
    let earlier = item(&json!({"current_period_end": END - 12 * DAY}));
    let state = state(&json!({"items": list(&[earlier])})).await;
    assert_eq!(state.period_end, at(END - 12 * DAY));
}

#[tokio::test]
async fn a_subscription_without_an_invoice_has_the_period_of_its_item() {
    let scene = Scene::with(&json!({"latest_invoice": null})).await;
    let state = scene.state().await;
    assert_eq!((state.period_end, state.order_id), (at(END), None));
    assert_eq!(scene.server.paths().len(), 1);
}

#[tokio::test]
async fn an_opt_out_in_the_unpaid_hour_ends_with_the_period_that_has_begun() {
    let state = after(&json!({"cancel_at_period_end": true}), &json!({})).await;
    assert_eq!(
        (state.status, state.period_end),
        (Status::Cancelled, at(AFTER))
    );
    assert!(state.grants_access(at(END + 1800)));
}

#[tokio::test]
async fn the_period_of_the_subscription_is_that_of_older_versions() {
    let mut old = item(&json!({}));
    old.as_object_mut()
        .unwrap()
        .retain(|name, _| !name.starts_with("current_period"));
    let changes = json!({"items": list(&[old.clone()]),
        "current_period_start": START, "current_period_end": END});
    assert_eq!(state(&changes).await.period_end, at(END));
    let scene = Scene::with(&json!({"items": list(&[old])})).await;
    let error = scene.look().await.unwrap_err();
    assert_eq!(error.kind(), "malformed");
}
