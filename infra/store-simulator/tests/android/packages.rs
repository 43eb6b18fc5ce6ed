//! Apps do not see each other, and can be registered again.

use serde_json::json;
use store_simulator::{
    Control, ControlError,
    android::{Configuration, model::Action},
};

use crate::scene::{Scene, configuration};

#[tokio::test]
async fn two_apps_share_nothing() {
    let (scene, purchase) = Scene::bought().await;
    let other = Control::new(scene.simulator.base_url()).android("com.example.other");
    other.configure(&configuration(None)).await.unwrap();
    let token = &purchase.purchase_token;
    assert!(other.purchase(token).await.is_err());
    assert!(other.purchases().await.unwrap().is_empty());
    other.advance_clock(60).await.unwrap();
    assert_eq!(scene.store.now().await.unwrap().to_string(), crate::START);
    let accounts = [&scene.store, &other].map(async |store| {
        let file = store.service_account().await.unwrap();
        file["client_email"].clone()
    });
    let [ours, theirs] = accounts;
    assert_ne!(ours.await, theirs.await);
}

#[tokio::test]
async fn registering_again_keeps_purchases_and_clock() {
    let (scene, purchase) = Scene::bought().await;
    let token = &purchase.purchase_token;
    let renewed = scene.store.plainly(token, Action::Renew).await.unwrap();
    let again = Configuration {
        clock_start: None,
        ..configuration(None)
    };
    assert_eq!(scene.store.configure(&again).await.unwrap(), renewed.now);
    assert!(scene.store.purchase(token).await.unwrap() == renewed.purchase);

    scene.store.remove().await.unwrap();
    assert!(scene.store.purchase(token).await.is_err());
}

#[tokio::test]
async fn a_wrong_registration_is_refused() {
    let scene = Scene::set().await;
    for changes in [
        json!({"notificationUrl": "no address"}),
        json!({"plans": [{"productId": "p", "basePlanId": "b", "amount": "1", "currency": "EUR"}]}),
        json!({"plans": [{"productId": "p", "basePlanId": "b", "amount": "one",
            "currency": "EUR", "period": "P1M"}]}),
        json!({"unheardOf": true}),
    ] {
        let answer = scene.store.reconfigure(&changes).await;
        assert!(
            matches!(answer, Err(ControlError::Refused { status: 400, .. })),
            "{changes}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_refused_action_names_no_purchase() {
    let (scene, purchase) = Scene::bought().await;
    let token = &purchase.purchase_token;
    let refused = scene
        .store
        .plainly(token, Action::Resume)
        .await
        .unwrap_err();
    assert!(matches!(refused, ControlError::Refused { status: 409, .. }));
    let unknown = scene.store.purchase("secret-token").await.unwrap_err();
    assert!(matches!(unknown, ControlError::Refused { status: 404, .. }));
    for error in [refused, unknown] {
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains(token.as_str()) && !shown.contains("secret-token"),
            "{shown}"
        );
    }
}
