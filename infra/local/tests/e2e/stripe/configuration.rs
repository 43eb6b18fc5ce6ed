//! Credentials, and whether they are good.

use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::stripe::{ApiKey, Permission, Stripe};

use super::Scene;

const STORE: &str = "/v1/stores/stripe";

/// What trying the credentials found: whether all is good, and what is not, in words.
async fn checked(scene: &Scene) -> (Value, Vec<(String, String)>) {
    let path = format!("{STORE}/check");
    let answer = scene.broadcaster.call(Method::POST, &path, None).await;
    let answer = answer.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = answer.body.to_string();
    assert!(
        !text.contains(&scene.broadcaster.secret::<Stripe>("apiKey")),
        "{text}"
    );
    let word = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = answer.body["findings"].as_array().unwrap().iter();
    let bad = findings.filter(|finding| finding["ok"] != true);
    let bad = bad.map(|finding| (word(finding, "tried"), word(finding, "message")));
    (answer.body["ok"].clone(), bad.collect())
}

#[tokio::test]
async fn a_check_tells_a_wrong_key_and_a_missing_permission() {
    let scene = Scene::new().await;
    assert_eq!(checked(&scene).await, (json!(true), Vec::new()));

    let permissions = [
        Permission::Subscriptions,
        Permission::Invoices,
        Permission::CheckoutSessions,
        Permission::Charges,
    ];
    let without_events =
        ApiKey::restricted(&scene.broadcaster.secret::<Stripe>("apiKey"), permissions);
    let changes = json!({"apiKeys": [without_events]});
    scene.store().reconfigure(&changes).await.unwrap();
    let (ok, bad) = checked(&scene).await;
    assert_eq!((ok, bad.len()), (json!(false), 1), "{bad:?}");
    assert_eq!(bad[0].0, "permissions");
    assert!(bad[0].1.contains("Events"), "{bad:?}");

    let another = json!({"apiKey": local_stack::broadcaster::stripe::new_key()});
    scene.broadcaster.configure_stripe(&another).await.unwrap();
    let (ok, bad) = checked(&scene).await;
    assert_eq!((ok, bad.len()), (json!(false), 1), "{bad:?}");
    assert_eq!(bad[0].0, "credentials");
}
