//! What takes over at the next renewal.

use serde_json::{Value, json};

use crate::scene::{AFTER, BEFORE, DAY, END, START, Scene, invoice, item, known, line, price};
use crate::server::{Reply, list};

const SCHEDULE: &str = "sub_sched_1Synth";

fn phase(start: i64, price: &Value) -> Value {
    json!({"start_date": start, "end_date": start + 1, "items": [{"price": price, "quantity": 2}]})
}

fn basic() -> Value {
    price(
        &json!({"id": "price_basic", "product": "prod_basic", "lookup_key": "basic",
        "unit_amount": 499}),
    )
}

async fn scheduled(changes: &Value, phases: &[Value]) -> Scene {
    let mut subscription = json!({ "schedule": SCHEDULE });
    subscription
        .as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    let scene = Scene::with(&subscription).await;
    let schedule = json!({"id": SCHEDULE, "object": "subscription_schedule", "phases": phases});
    let path = format!("subscription_schedules/{SCHEDULE}");
    scene.server.has(&path, &schedule);
    scene
}

#[tokio::test]
async fn the_next_phase_of_a_schedule_tells_the_next_product_and_price() {
    let current = phase(BEFORE, &price(&json!({})));
    let scene = scheduled(
        &json!({}),
        &[
            current,
            phase(END, &basic()),
            phase(AFTER, &price(&json!({}))),
        ],
    )
    .await;
    let state = scene.state().await;
    assert_eq!(state.product_id, "prod_SynthPrem");
    assert_eq!(state.pending_product_id.as_deref(), Some("prod_basic"));
    assert_eq!(state.price.unwrap().amount_micros, 9_980_000);
    let asked = scene
        .server
        .asked_for(&format!("subscription_schedules/{SCHEDULE}"));
    assert_eq!(asked[0].says("expand[]"), ["phases.items.price"]);
}

#[tokio::test]
async fn of_a_phase_with_several_products_each_item_is_followed_by_its_own() {
    let sports = || price(&json!({"id": "price_s", "product": "prod_sports"}));
    let both = json!({"items": list(&[
        item(&json!({})), item(&json!({"id": "si_s", "price": sports()})),
    ])});
    let own = json!({"price": price(&json!({})), "quantity": 1});
    let (basic, sports) = (
        json!({"price": basic(), "quantity": 1}),
        json!({"price": sports(), "quantity": 1}),
    );
    for (items, pending) in [
        ([&sports, &own], None),
        ([&own, &sports], None),
        ([&sports, &basic], Some("prod_basic")),
        ([&basic, &sports], Some("prod_basic")),
    ] {
        let scene = scheduled(&both, &[json!({"start_date": END, "items": items})]).await;
        let seen = scene.look().await.unwrap();
        let states = [known(seen.clone()), seen.alternatives[0].clone()];
        let pending_of = |product: &str| {
            let state = states.iter().find(|state| state.product_id == product);
            state.unwrap().pending_product_id.as_deref()
        };
        assert_eq!(pending_of("prod_SynthPrem"), pending, "{items:?}");
        assert_eq!(pending_of("prod_sports"), None, "{items:?}");
    }
}

#[tokio::test]
async fn only_what_comes_with_the_next_renewal_is_pending() {
    let same = price(&json!({"id": "price_other"}));
    for (phases, pending) in [
        (vec![], None),
        (vec![phase(START, &basic())], None),
        (vec![phase(AFTER, &basic())], None),
        (vec![phase(END, &same)], None),
        (vec![phase(END, &json!("price_basic"))], None),
        (vec![phase(END, &basic())], Some("prod_basic")),
        (vec![phase(END - 1, &basic())], Some("prod_basic")),
    ] {
        let scene = scheduled(&json!({}), &phases).await;
        let state = scene.state().await;
        assert_eq!(state.pending_product_id.as_deref(), pending, "{phases:?}");
    }
}

#[tokio::test]
async fn the_running_phase_is_not_pending_where_a_test_clock_runs_ahead_of_ours() {
    let end = AFTER + 30 * DAY;
    let ahead = json!({"current_period_start": AFTER, "current_period_end": end});
    let paid = json!({"lines": list(&[line(AFTER, end)])});
    let renewed = json!({"items": list(&[item(&ahead)]), "latest_invoice": invoice(&paid)});
    let current = phase(AFTER, &price(&json!({})));
    let scene = scheduled(&renewed, &[current, phase(end, &basic())]).await;
    let pending = scene.state().await.pending_product_id;
    assert_eq!(pending.as_deref(), Some("prod_basic"));
}

#[tokio::test]
async fn nothing_is_pending_for_what_is_over() {
    let scene = scheduled(&json!({"status": "canceled"}), &[phase(END, &basic())]).await;
    assert_eq!(scene.state().await.pending_product_id, None);
}

#[tokio::test]
async fn a_schedule_that_cannot_be_read_is_no_missing_purchase() {
    let scene = scheduled(&json!({}), &[]).await;
    let path = format!("subscription_schedules/{SCHEDULE}");
    for (reply, kind) in [
        (Reply::missing(), "malformed"),
        (Reply::new(503, ""), "unavailable"),
        (Reply::new(403, ""), "unauthorized"),
    ] {
        scene.server.answers(&path, reply);
        assert_eq!(scene.look().await.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn a_changed_product_is_that_of_the_item() {
    let changed = item(&json!({"price": basic(), "quantity": 2}));
    let scene = Scene::with(&json!({"items": list(&[changed])})).await;
    let state = scene.state().await;
    assert_eq!(state.product_id, "prod_basic");
    assert_eq!(
        (&*state.details["priceId"], &*state.details["quantity"]),
        ("price_basic", "2")
    );
}

#[tokio::test]
async fn a_change_that_awaits_its_payment_has_not_happened() {
    let waiting = json!({"pending_update": {"expires_at": END, "subscription_items": [
        {"id": "si_SynthItem01", "price": basic()}]}});
    let scene = Scene::with(&waiting).await;
    let state = scene.state().await;
    assert_eq!(
        (&*state.product_id, state.pending_product_id),
        ("prod_SynthPrem", None)
    );
}
