//! Partners do not see each other, and can be registered again.

use serde_json::json;
use store_simulator::{
    Control, ControlError, Faults, LookupFault,
    vizio::{Configuration, NewSubscription},
};

use crate::{SUBSCRIPTION, Scene, configuration};

#[tokio::test]
async fn two_partners_share_nothing() {
    let scene = Scene::set().await;
    let other = Control::new(scene.simulator.base_url()).vizio("another_partner");
    other.configure(&configuration(None)).await.unwrap();
    let wanted = NewSubscription::of_plan("demo_monthly_899").with_id(SUBSCRIPTION);
    scene.store.buy(&wanted).await.unwrap();
    other.buy(&wanted).await.unwrap();
    let faults = Faults {
        lookup: vec![LookupFault::status(500)],
        ..Faults::default()
    };
    other.set_faults(&faults).await.unwrap();
    other.renew(SUBSCRIPTION).await.unwrap();
    scene.settle().await;

    let untouched = scene.store.purchase(SUBSCRIPTION).await.unwrap();
    assert_eq!(untouched.invoices.len(), 1);
    assert_eq!(scene.store.now().await.unwrap().to_string(), crate::START);
    assert_eq!(scene.receiver.events(), ["CREATED", "PAYMENT.SUCCESSFUL"]);
    let counts = other.flush(std::time::Duration::from_secs(5)).await;
    assert_eq!(counts.unwrap().unaddressed, 3);
}

#[tokio::test]
async fn registering_again_keeps_subscriptions_and_clock() {
    let scene = Scene::set().await;
    let wanted = NewSubscription::of_plan("demo_monthly_899").with_id(SUBSCRIPTION);
    scene.store.buy(&wanted).await.unwrap();
    let renewed = scene.store.renew(SUBSCRIPTION).await.unwrap();
    let again = Configuration {
        clock_start: None,
        ..configuration(None)
    };
    assert_eq!(scene.store.configure(&again).await.unwrap(), renewed.now);
    let known = scene.store.purchase(SUBSCRIPTION).await.unwrap();
    assert_eq!(known, renewed.subscription);
    let partial = json!({ "appId": "another_app" });
    assert_eq!(
        scene.store.reconfigure(&partial).await.unwrap(),
        renewed.now
    );

    scene.store.remove().await.unwrap();
    assert!(scene.store.purchase(SUBSCRIPTION).await.is_err());
}

#[tokio::test]
async fn a_wrong_registration_is_refused() {
    let scene = Scene::set().await;
    for changes in [
        json!({ "apiKey": "" }),
        json!({ "signWith": 2 }),
        json!({ "notificationUrl": "no address" }),
        json!({ "signature": { "keyForm": "hex" } }),
        json!({ "plans": [{ "planCode": "p", "amount": "1", "currency": "USD" }] }),
        json!({ "unheardOf": true }),
    ] {
        let answer = scene.store.reconfigure(&changes).await;
        assert!(
            matches!(answer, Err(ControlError::Refused { status: 400, .. })),
            "{changes}: {answer:?}"
        );
    }
}
