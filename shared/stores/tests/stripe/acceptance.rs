//! Which purchases count.

use domain::Environment;
use serde_json::{Value, json};
use stores::{ConnectorContext, LookUpError};

use crate::scene::{
    CHARGE, INVOICE, PAYMENT, SECRET, SUB, Scene, charge, invoice, locator, now, parse,
    payment_intent, subscription,
};
use crate::server::Reply;

#[tokio::test]
async fn what_is_of_the_other_mode_is_refused() {
    let other = LookUpError::Rejected("it is of the other mode".to_owned());
    let scene = Scene::with(&json!({"livemode": false})).await;
    assert_eq!(scene.look().await, Err(other.clone()));
    let payment = payment_intent(&json!({"livemode": false}));
    scene
        .server
        .has(&format!("payment_intents/{PAYMENT}"), &payment);
    assert_eq!(scene.look_at(&locator(PAYMENT)).await, Err(other.clone()));
    let session = json!({"id": "cs_1", "mode": "payment", "status": "open", "livemode": false});
    scene.server.has("checkout/sessions/cs_1", &session);
    assert_eq!(scene.look_at(&locator("cs_1")).await, Err(other));
}

#[tokio::test]
async fn an_invoice_or_a_charge_of_the_other_mode_leads_no_further() {
    let other = LookUpError::Rejected("it is of the other mode".to_owned());
    let test = json!({"livemode": false});
    for (id, path, object) in [
        (INVOICE, format!("invoices/{INVOICE}"), invoice(&test)),
        (CHARGE, format!("charges/{CHARGE}"), charge(&test)),
    ] {
        let scene = Scene::set().await;
        scene.server.has(&path, &object);
        assert_eq!(scene.look_at(&locator(id)).await, Err(other.clone()));
        assert_eq!(scene.server.paths(), std::slice::from_ref(&path));
        scene.server.answers(&path, Reply::of_test_mode());
        let seen = scene.look_at(&locator(id)).await;
        assert_eq!(seen, Err(LookUpError::NotFound));
    }
}

#[tokio::test]
async fn what_does_not_say_its_mode_is_of_the_key_s() {
    let scene = Scene::set().await;
    let product = json!({"product_id": "film-7"});
    let payment = payment_intent(&json!({ "metadata": product }));
    for (id, path, mut object) in [
        (
            SUB,
            format!("subscriptions/{SUB}"),
            subscription(&json!({})),
        ),
        (INVOICE, format!("invoices/{INVOICE}"), invoice(&json!({}))),
        (PAYMENT, format!("payment_intents/{PAYMENT}"), payment),
    ] {
        object.as_object_mut().unwrap().remove("livemode").unwrap();
        scene.server.has(&path, &object);
        assert!(scene.look_at(&locator(id)).await.is_ok(), "{id}");
    }
}

#[tokio::test]
async fn a_sandbox_takes_the_test_mode_and_nothing_else() {
    let scene = Scene::set().await;
    let settings = json!({"apiKey": "rk_test_1", "signingSecrets": [SECRET],
        "apiBaseUrl": scene.server.address});
    let config = parse(&settings, Environment::Sandbox).unwrap();
    let context = ConnectorContext::new().unwrap();
    for (live, taken) in [
        (json!(true), false),
        (json!(false), true),
        (Value::Null, true),
    ] {
        scene.server.has(
            &format!("subscriptions/{SUB}"),
            &subscription(&json!({ "livemode": live })),
        );
        let seen = config.look_up(&context, &locator(SUB), now()).await;
        assert_eq!(seen.is_ok(), taken, "{live}");
    }
}
