//! From any id to the purchase.

use serde_json::{Value, json};
use stores::LookUpError;

use crate::scene::{CHARGE, INVOICE, PAYMENT, SUB, Scene, charge, invoice, locator};
use crate::server::Reply;

const SESSION: &str = "cs_live_1Synth";
const BY_PAYMENT: &str = "invoice_payments?payment[type]=payment_intent";

fn of_invoice(invoice: &Value) -> Value {
    json!({"id": "inpay_1", "status": "paid", "invoice": invoice})
}

async fn found(scene: &Scene, id: &str) -> String {
    let seen = scene.look_at(&locator(id)).await.unwrap();
    seen.purchase_key.as_str().to_owned()
}

#[tokio::test]
async fn an_invoice_leads_to_its_subscription() {
    let scene = Scene::set().await;
    for object in [
        invoice(&json!({})),
        invoice(&json!({"parent": null, "subscription": SUB})),
        invoice(&json!({"parent": {"subscription_details": {"subscription": {"id": SUB}}}})),
    ] {
        scene.server.has(&format!("invoices/{INVOICE}"), &object);
        assert_eq!(found(&scene, INVOICE).await, SUB);
    }
    let of_none = invoice(&json!({"parent": null}));
    scene.server.has(&format!("invoices/{INVOICE}"), &of_none);
    let error = scene.look_at(&locator(INVOICE)).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
}

#[tokio::test]
async fn a_payment_leads_to_its_invoice_and_that_to_the_subscription() {
    let scene = Scene::set().await;
    scene
        .server
        .lists(BY_PAYMENT, &[of_invoice(&invoice(&json!({})))]);
    assert_eq!(found(&scene, PAYMENT).await, SUB);
    let asked = scene.server.asked_for("invoice_payments").remove(0);
    assert_eq!(asked.says("payment[type]"), ["payment_intent"]);
    assert_eq!(asked.says("payment[payment_intent]"), [PAYMENT]);
    assert_eq!(asked.says("expand[]"), ["data.invoice"]);

    scene
        .server
        .lists(BY_PAYMENT, &[of_invoice(&json!(INVOICE))]);
    let error = scene.look_at(&locator(PAYMENT)).await.unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

#[tokio::test]
async fn a_charge_leads_to_its_payment_or_in_old_versions_to_its_invoice() {
    let scene = Scene::set().await;
    scene
        .server
        .lists(BY_PAYMENT, &[of_invoice(&invoice(&json!({})))]);
    scene
        .server
        .has(&format!("invoices/{INVOICE}"), &invoice(&json!({})));
    let older = json!({"payment_intent": null, "invoice": INVOICE});
    for changes in [json!({}), older] {
        scene
            .server
            .has(&format!("charges/{CHARGE}"), &charge(&changes));
        assert_eq!(found(&scene, CHARGE).await, SUB);
    }
    scene
        .server
        .has("charges/py_1", &charge(&json!({"id": "py_1"})));
    assert_eq!(found(&scene, "py_1").await, SUB);
    let of_nothing = json!({"payment_intent": null});
    scene
        .server
        .has(&format!("charges/{CHARGE}"), &charge(&of_nothing));
    let error = scene.look_at(&locator(CHARGE)).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
}

#[tokio::test]
async fn a_checkout_leads_to_its_subscription() {
    let scene = Scene::set().await;
    let session = json!({"id": SESSION, "object": "checkout.session", "mode": "subscription",
        "status": "complete", "payment_status": "paid", "subscription": SUB});
    scene
        .server
        .has(&format!("checkout/sessions/{SESSION}"), &session);
    assert_eq!(found(&scene, SESSION).await, SUB);
}

#[tokio::test]
async fn an_id_of_nothing_that_is_sold_is_refused_unasked() {
    let scene = Scene::set().await;
    for id in [
        "cus_1",
        "sub_sched_1",
        "sub_",
        "SUB_1",
        "evt_1",
        "x",
        "price_1",
    ] {
        let error = scene.look_at(&locator(id)).await.unwrap_err();
        assert_eq!(error.kind(), "rejected", "{id}");
    }
    assert!(scene.server.asked().is_empty());
}

#[tokio::test]
async fn an_id_can_not_ask_for_something_else() {
    let scene = Scene::set().await;
    for id in [
        "sub_1/../../events",
        "sub_1?expand[]=customer",
        "sub_1#x",
        "sub_%2e%2e",
    ] {
        let error = scene.look_at(&locator(id)).await.unwrap_err();
        assert_eq!(error, LookUpError::NotFound, "{id}");
    }
    let asked = scene.server.paths();
    assert_eq!(asked.len(), 4);
    let plain =
        |path: &String| path.starts_with("subscriptions/sub_") && path.split('/').count() == 2;
    assert!(asked.iter().all(plain), "{asked:?}");
}

#[tokio::test]
async fn what_stripe_does_not_know_is_not_found() {
    let scene = Scene::set().await;
    for id in ["sub_never", "cs_never", "pi_never", "ch_never", "in_never"] {
        let error = scene.look_at(&locator(id)).await.unwrap_err();
        assert_eq!(error, LookUpError::NotFound, "{id}");
    }
    scene.server.answers("invoice_payments", Reply::missing());
    let error = scene.look_at(&locator("pi_never")).await.unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
}

#[tokio::test]
async fn what_something_else_names_and_stripe_does_not_know_says_nothing() {
    let scene = Scene::set().await;
    scene
        .server
        .answers(&format!("subscriptions/{SUB}"), Reply::missing());
    scene
        .server
        .has(&format!("invoices/{INVOICE}"), &invoice(&json!({})));
    scene
        .server
        .lists(BY_PAYMENT, &[of_invoice(&invoice(&json!({})))]);
    scene
        .server
        .has(&format!("charges/{CHARGE}"), &charge(&json!({})));
    let session = json!({"id": SESSION, "mode": "subscription", "subscription": SUB});
    scene
        .server
        .has(&format!("checkout/sessions/{SESSION}"), &session);
    for id in [INVOICE, PAYMENT, CHARGE, SESSION] {
        let error = scene.look_at(&locator(id)).await.unwrap_err();
        assert_eq!(error.kind(), "malformed", "{id}");
    }
}

#[tokio::test]
async fn an_answer_about_something_else_can_not_be_read() {
    let scene = Scene::set().await;
    for (id, path) in [
        (SUB, "subscriptions"),
        (SESSION, "checkout/sessions"),
        (CHARGE, "charges"),
        (INVOICE, "invoices"),
        (PAYMENT, "payment_intents"),
    ] {
        let other = json!({"id": "x_other", "status": "active", "amount": 1, "data": []});
        scene.server.has(&format!("{path}/{id}"), &other);
        let error = scene.look_at(&locator(id)).await.unwrap_err();
        let what = "it is about something else".to_owned();
        assert_eq!(error, LookUpError::Malformed(what), "{id}");
    }
}

#[tokio::test]
async fn a_look_by_a_payment_takes_one_question_more_and_by_a_charge_two() {
    let scene = Scene::set().await;
    scene
        .server
        .lists(BY_PAYMENT, &[of_invoice(&invoice(&json!({})))]);
    scene
        .server
        .has(&format!("charges/{CHARGE}"), &charge(&json!({})));
    let mut questions = Vec::new();
    for id in [SUB, PAYMENT, CHARGE] {
        let before = scene.server.asked().len();
        scene.look_at(&locator(id)).await.unwrap();
        questions.push(scene.server.asked().len() - before);
    }
    assert_eq!(questions, [2, 3, 4]);
}

#[tokio::test]
async fn an_invoice_with_an_unknown_kind_of_parent_says_nothing() {
    let scene = Scene::set().await;
    for (kind, of_invoice_itself, of_its_payment) in [
        ("quote_details", "rejected", "not_found"),
        ("lottery_details", "malformed", "malformed"),
    ] {
        let other = invoice(&json!({"parent": {"type": kind}, "subscription": SUB}));
        scene.server.has(&format!("invoices/{INVOICE}"), &other);
        scene.server.lists(BY_PAYMENT, &[of_invoice(&other)]);
        let error = scene.look_at(&locator(INVOICE)).await.unwrap_err();
        assert_eq!(error.kind(), of_invoice_itself, "{kind}");
        let error = scene.look_at(&locator(PAYMENT)).await.unwrap_err();
        assert_eq!(error.kind(), of_its_payment, "{kind}");
    }
}
