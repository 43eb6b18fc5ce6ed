//! What is bought once.

use domain::{FOREVER, Locator, Reading, Status};
use serde_json::{Value, json};
use stores::LookUpError;

use crate::scene::{
    CHARGE, CUSTOMER, DAY, END, PAYMENT, START, Scene, at, changed, charge, known, locator,
    payment_intent, price,
};
use crate::server::{Reply, list};

pub const SESSION: &str = "cs_live_1Synth";

pub fn session(changes: &Value) -> Value {
    let film = price(&json!({"id": "price_film", "product": "prod_film", "lookup_key": "film"}));
    let session = json!({
        "id": SESSION, "object": "checkout.session", "livemode": true, "mode": "payment",
        "status": "complete", "payment_status": "paid", "created": START, "expires_at": START + DAY,
        "customer": CUSTOMER, "subscription": null, "payment_intent": PAYMENT,
        "client_reference_id": null, "metadata": {"platform": "web"},
        "line_items": list(&[json!({"id": "li_1", "quantity": 1, "price": film})]),
    });
    changed(session, changes)
}

pub async fn rental(payment_changes: &Value) -> Scene {
    let scene = Scene::set().await;
    let path = format!("payment_intents/{PAYMENT}");
    scene.server.has(&path, &payment_intent(payment_changes));
    scene.server.has(
        &format!("checkout/sessions/{SESSION}"),
        &session(&json!({})),
    );
    scene.server.lists(
        "checkout/sessions?payment_intent=pi_1SynthPay0002",
        &[session(&json!({}))],
    );
    scene
}

#[tokio::test]
async fn it_is_known_by_its_payment_and_named_by_what_the_checkout_lists() {
    let scene = rental(&json!({})).await;
    for id in [PAYMENT, SESSION] {
        let seen = scene.look_at(&locator(id)).await.unwrap();
        assert_eq!(seen.purchase_key.as_str(), PAYMENT);
        let state = known(seen);
        assert_eq!(
            (state.status, &*state.product_id),
            (Status::Active, "prod_film")
        );
        assert!(state.billing.is_one_time() && !state.auto_renew);
        assert_eq!(state.period_start, Some(at(START + 3600)));
        assert_eq!(
            (state.period_end, state.order_id.as_deref()),
            (FOREVER, Some(PAYMENT))
        );
        assert_eq!(state.price.unwrap().amount_micros, 9_990_000);
        let details = serde_json::to_value(&state.details).unwrap();
        let expected = json!({"paymentIntentId": PAYMENT, "checkoutSessionId": SESSION,
            "stripeCustomerId": CUSTOMER, "platform": "web", "purchaseType": "oneTime"});
        assert_eq!(details, expected);
    }
}

#[tokio::test]
async fn each_status_of_a_payment_has_its_meaning() {
    for (word, expected) in [
        ("succeeded", Some(Status::Active)),
        ("processing", Some(Status::Pending)),
        ("requires_payment_method", Some(Status::Pending)),
        ("requires_confirmation", Some(Status::Pending)),
        ("requires_action", Some(Status::Pending)),
        ("requires_capture", Some(Status::Pending)),
        ("canceled", Some(Status::Expired)),
        ("frozen", None),
    ] {
        let scene = rental(&json!({"status": word})).await;
        let seen = scene.look_at(&locator(PAYMENT)).await.unwrap();
        match (seen.reading, expected) {
            (Reading::Known(state), Some(status)) => {
                assert_eq!(state.status, status, "{word}");
                let begun = (status == Status::Active).then_some(at(START + 3600));
                assert_eq!(state.period_start, begun, "{word}");
                assert!(state.billing.is_one_time());
            }
            (Reading::UnknownStatus(unknown), None) => assert_eq!(unknown, word),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_given_back_is_revoked() {
    let charge = charge(&json!({"amount_refunded": 999, "refunded": true}));
    let scene = rental(&json!({ "latest_charge": charge })).await;
    let refund =
        json!({"id": "re_1", "amount": 999, "status": "succeeded", "created": START + DAY});
    scene.server.lists("refunds", &[refund]);
    let state = known(scene.look_at(&locator(PAYMENT)).await.unwrap());
    assert_eq!(
        (state.status, state.revoked_at),
        (Status::Revoked, Some(at(START + DAY)))
    );
    assert!(state.billing.is_one_time());
}

#[tokio::test]
async fn the_shop_may_name_the_product_itself() {
    let scene = rental(&json!({"metadata": {"product_id": "film-7"}})).await;
    let state = known(scene.look_at(&locator(PAYMENT)).await.unwrap());
    assert_eq!(state.product_id, "film-7");
    assert!(scene.server.asked_for("checkout/sessions").is_empty());

    let on_session = session(&json!({"metadata": {"product_id": "film-8"}}));
    let scene = rental(&json!({})).await;
    scene.server.lists("checkout/sessions", &[on_session]);
    scene.server.lists(
        "checkout/sessions?payment_intent=pi_1SynthPay0002",
        &[session(&json!({"metadata": {"product_id": "film-8"}}))],
    );
    let state = known(scene.look_at(&locator(PAYMENT)).await.unwrap());
    assert_eq!(state.product_id, "film-8");
}

#[tokio::test]
async fn what_is_not_in_the_catalogue_is_refused() {
    let scene = Scene {
        changes: json!({"products": ["prod_other"]}),
        ..rental(&json!({})).await
    };
    let seen = scene.look_at(&locator(PAYMENT)).await;
    let why = "none of its products is configured".to_owned();
    assert_eq!(seen, Err(LookUpError::Rejected(why)));
    let named = json!({"metadata": {"product_id": "film-7"}});
    let scene = Scene {
        changes: json!({"products": ["prod_other"]}),
        ..rental(&named).await
    };
    let seen = scene.look_at(&locator(PAYMENT)).await;
    let why = "its product is not configured".to_owned();
    assert_eq!(seen, Err(LookUpError::Rejected(why)));
    let scene = Scene {
        changes: json!({"products": ["film-7"]}),
        ..rental(&named).await
    };
    assert!(scene.look_at(&locator(PAYMENT)).await.is_ok());
}

#[tokio::test]
async fn a_payment_for_something_else_is_refused() {
    let scene = rental(&json!({})).await;
    scene
        .server
        .lists("checkout/sessions?payment_intent=pi_1SynthPay0002", &[]);
    let error = scene.look_at(&locator(PAYMENT)).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
}

#[tokio::test]
async fn a_known_checkout_is_read_by_its_id() {
    let scene = rental(&json!({})).await;
    let stored = Locator {
        details: [("checkoutSessionId".to_owned(), SESSION.to_owned())].into(),
        ..locator(PAYMENT)
    };
    assert!(scene.look_at(&stored).await.is_ok());
    assert!(scene.server.asked_for("checkout/sessions").is_empty());
    assert_eq!(
        scene
            .server
            .asked_for(&format!("checkout/sessions/{SESSION}"))
            .len(),
        1
    );
    scene
        .server
        .answers(&format!("checkout/sessions/{SESSION}"), Reply::missing());
    let error = scene.look_at(&stored).await.unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

#[tokio::test]
async fn a_charge_leads_to_the_payment() {
    let scene = rental(&json!({"created": END})).await;
    scene
        .server
        .has(&format!("charges/{CHARGE}"), &charge(&json!({})));
    let seen = scene.look_at(&locator(CHARGE)).await.unwrap();
    assert_eq!(seen.purchase_key.as_str(), PAYMENT);
}

#[tokio::test]
async fn what_is_known_and_not_there_is_asked_for_by_the_wrong_key_even_if_a_guest_bought_it() {
    let guest = json!({"customer": null, "metadata": {"product_id": "film-7"}});
    let free = json!({"payment_intent": null, "payment_status": "no_payment_required",
        "customer": null, "metadata": {}});
    let scene = rental(&guest).await;
    let path = format!("checkout/sessions/{SESSION}");
    scene.server.has(&path, &session(&free));
    for (id, path) in [
        (PAYMENT, format!("payment_intents/{PAYMENT}")),
        (SESSION, path),
    ] {
        let stored = Locator {
            details: known(scene.look_at(&locator(id)).await.unwrap()).details,
            ..locator(id)
        };
        scene.server.answers(&path, Reply::missing());
        let seen = scene.look_at(&stored).await;
        assert_eq!(seen, Err(LookUpError::Unauthorized), "{id}");
        let seen = scene.look_at(&locator(id)).await;
        assert_eq!(seen, Err(LookUpError::NotFound), "{id}");
    }
}
