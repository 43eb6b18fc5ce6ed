//! The checkouts in which something is bought once.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::one_time::{SESSION, rental, session};
use crate::scene::{PAYMENT, START, Scene, at, charge, known, locator, price};
use crate::server::list;

#[tokio::test]
async fn a_checkout_that_cost_nothing_is_a_purchase_of_its_own() {
    let free = session(&json!({"payment_intent": null, "payment_status": "no_payment_required"}));
    let scene = rental(&json!({})).await;
    scene
        .server
        .has(&format!("checkout/sessions/{SESSION}"), &free);
    let seen = scene.look_at(&locator(SESSION)).await.unwrap();
    assert_eq!(seen.purchase_key.as_str(), SESSION);
    let state = known(seen);
    assert_eq!(
        (state.status, state.period_start),
        (Status::Active, Some(at(START)))
    );
    assert!(state.billing.is_one_time());
}

#[tokio::test]
async fn a_checkout_that_is_not_finished_is_pending() {
    for mode in ["payment", "subscription"] {
        for (status, expected) in [
            (json!("open"), Some(Status::Pending)),
            (json!("complete"), Some(Status::Pending)),
            (json!("expired"), Some(Status::Expired)),
            (json!("frozen"), None),
            (Value::Null, None),
        ] {
            let unfinished = session(&json!({"mode": mode, "status": status,
                "payment_status": "unpaid", "payment_intent": null}));
            let scene = rental(&json!({})).await;
            scene
                .server
                .has(&format!("checkout/sessions/{SESSION}"), &unfinished);
            let seen = scene.look_at(&locator(SESSION)).await.unwrap();
            let read = match seen.reading {
                Reading::Known(state) => {
                    assert_eq!(state.billing.is_one_time(), mode == "payment");
                    Some(state.status)
                }
                _ => None,
            };
            assert_eq!(read, expected, "{mode} {status}");
        }
    }
}

#[tokio::test]
async fn a_checkout_that_sells_nothing_is_refused() {
    for (mode, kind) in [
        (json!("setup"), "rejected"),
        (json!("barter"), "malformed"),
        (Value::Null, "malformed"),
    ] {
        let scene = rental(&json!({})).await;
        let nothing = session(&json!({ "mode": mode }));
        scene
            .server
            .has(&format!("checkout/sessions/{SESSION}"), &nothing);
        let error = scene.look_at(&locator(SESSION)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{mode}");
    }
}

#[tokio::test]
async fn a_checkout_that_shows_no_items_can_not_be_read() {
    let scene = rental(&json!({})).await;
    let bare = session(&json!({"line_items": null}));
    scene
        .server
        .has(&format!("checkout/sessions/{SESSION}"), &bare);
    let error = scene.look_at(&locator(SESSION)).await.unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

#[tokio::test]
async fn an_unknown_status_of_its_payment_is_never_guessed() {
    let paid = session(&json!({"payment_intent": null, "payment_status": "bartered"}));
    let scene = rental(&json!({})).await;
    let path = format!("checkout/sessions/{SESSION}");
    scene.server.has(&path, &paid);
    let seen = scene.look_at(&locator(SESSION)).await.unwrap();
    let word = "bartered".to_owned();
    assert_eq!(seen.reading, Reading::UnknownStatus(word));

    let charge = charge(&json!({"disputed": true}));
    let scene = rental(&json!({ "latest_charge": charge })).await;
    let dispute = json!({"id": "du_1", "status": "arbitration", "created": START});
    scene.server.lists("disputes", &[dispute]);
    let seen = scene.look_at(&locator(PAYMENT)).await.unwrap();
    let word = "dispute: arbitration".to_owned();
    assert_eq!(seen.reading, Reading::UnknownStatus(word));
}

#[tokio::test]
async fn what_a_checkout_lists_is_read_to_the_end() {
    let scene = Scene {
        changes: json!({"products": ["prod_film"]}),
        ..rental(&json!({})).await
    };
    let ticket = price(&json!({"id": "price_ticket", "product": "prod_ticket"}));
    let mut first = list(&[json!({"id": "li_1", "price": ticket})]);
    first["has_more"] = json!(true);
    let cut = session(&json!({ "line_items": first }));
    let path = format!("checkout/sessions/{SESSION}");
    scene.server.has(&path, &cut);
    let by_payment = "checkout/sessions?payment_intent=pi_1SynthPay0002";
    scene.server.lists(by_payment, &[cut]);
    let film = price(&json!({"id": "price_film", "product": "prod_film"}));
    let rest = format!("{path}/line_items?starting_after=li_1");
    scene
        .server
        .lists(&rest, &[json!({"id": "li_2", "price": film})]);
    for id in [PAYMENT, SESSION] {
        let seen = scene.look_at(&locator(id)).await.unwrap();
        assert_eq!(known(seen).product_id, "prod_film", "{id}");
    }
}
