//! What neither a log nor an error may show.

use serde_json::json;

use crate::log::Log;
use crate::scene::{
    CHARGE, CUSTOMER, INVOICE, KEY, PAYMENT, SECRET, SUB, Scene, event, hex_of, invoice, locator,
    now, receive_by, signed, subscription,
};
use crate::server::Reply;

#[tokio::test]
async fn no_error_and_no_log_shows_a_secret_or_a_purchase() {
    let log = Log::begin();
    let scene = Scene::set().await;
    let path = format!("subscriptions/{SUB}");
    let mut shown = Vec::new();

    for (status, code) in [
        (400, SUB),
        (401, "api_key_expired"),
        (403, KEY),
        (404, "resource_missing"),
        (429, CUSTOMER),
        (500, SUB),
        (200, SUB),
    ] {
        let message = format!("No such subscription: '{SUB}' by {KEY}");
        let reply = Reply::refusal(status, "invalid_request_error", code, &message);
        scene
            .server
            .answers(&path, reply.with("Request-Id", "req_1"));
        let error = scene.look().await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    let unreadable = subscription(&json!({"cancel_at": CUSTOMER}));
    scene.server.has(&path, &unreadable);
    let error = scene.look().await.unwrap_err();
    shown.push(format!("{error} {error:?}"));

    let person = invoice(&json!({"customer_email": "ada@example.test", "customer_name": "Ada"}));
    scene.sells(&json!({"latest_invoice": person, "metadata": {"email": "ada@example.test"}}));
    shown.push(format!("{:?}", scene.look().await.unwrap()));
    shown.push(format!("{:?} {:?}", scene.context, locator(SUB)));

    let config = scene.config();
    let body = event("invoice.paid", &invoice(&json!({})), &json!({})).to_string();
    shown.push(format!("{:?}", receive_by(&config, body.as_bytes()).await));
    let mut forged = signed(body.as_bytes());
    forged[0].1.push('0');
    let read = config.read_notification(&scene.context, &forged, body.as_bytes(), now());
    shown.push(format!("{:?}", read.await));
    shown.push(format!("{:?}", config.check(&scene.context, now()).await));

    let ours = log.ours();
    for known in ["api_key_expired", "req_1", "a notification is not proven"] {
        assert!(
            ours.iter().any(|line| line.contains(known)),
            "{known} {ours:?}"
        );
    }
    shown.extend(ours);
    let time = now().as_second().to_string();
    let right = hex_of(SECRET, &time, body.as_bytes());
    for hidden in [
        SUB,
        INVOICE,
        PAYMENT,
        CHARGE,
        CUSTOMER,
        KEY,
        SECRET,
        "ada@example.test",
        &right,
        &scene.server.address,
    ] {
        for text in &shown {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}
