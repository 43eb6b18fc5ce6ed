//! When and how Apple's notifications come.

use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::apple::{MONTHLY, purchase_of};
use serde_json::json;
use store_simulator::apple::CustomNotification;
use store_simulator::apple::model::{Action, Environment, NewPurchase};
use store_simulator::{DeliveryFaults, Faults};

use super::Scene;
use crate::story::{beacon, eventually};

#[tokio::test]
async fn a_first_purchase_needs_a_claim() {
    let scene = Scene::new().await;
    let told = NewPurchase::of(MONTHLY).in_sandbox();
    let id = scene.bought_as(&told).await;
    scene.asked_again(&id, 0).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(beacon(&scene.broadcaster, &id).await.is_empty());

    let outcome = scene.submits("ada", &id).await;

    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    scene.told(&id, &["new"]).await;
}

#[tokio::test]
async fn the_account_that_the_app_named_to_apple_decides_whose_a_purchase_is() {
    let scene = Scene::new().await;
    scene
        .configured(json!({"accountIdPattern": "{customerId}"}))
        .await;
    let ada = uuid::Uuid::new_v4().to_string();
    // Capitals make no other UUID.
    let named = ada.to_uppercase();
    let told = NewPurchase::of(MONTHLY).in_sandbox().for_account(&named);
    let id = scene.bought_as(&told).await;

    // Nobody has submitted it.
    scene.access_becomes(&ada, MONTHLY_OFFER, true).await;
    scene.told(&id, &["new"]).await;

    let outcome = scene.submits("eve", &id).await;
    assert_eq!(
        outcome["error"]["code"], "OWNED_BY_ANOTHER_CUSTOMER",
        "{outcome}"
    );
    assert!(!scene.may_watch("eve", MONTHLY_OFFER).await);
    // A purchase without a name goes to whoever submits it.
    let unnamed = scene.bought_as(&purchase_of(MONTHLY)).await;
    let outcome = scene.submits("eve", &unnamed).await;
    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    assert!(scene.may_watch(&ada, MONTHLY_OFFER).await);
}

#[tokio::test]
async fn notifications_that_come_twice_late_and_in_disorder_end_in_the_store_s_state() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let faults = Faults {
        seed: 7,
        delivery: DeliveryFaults {
            reorder: true,
            duplicate: 2,
            window_millis: Some(800),
            delay_millis: Some((0, 900)),
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store().set_faults(&faults).await.unwrap();

    for action in [
        Action::Renew,
        Action::Cancel,
        Action::Reactivate,
        Action::Cancel,
    ] {
        scene.happens(&id, action).await;
    }
    scene.delivered().await;

    scene.is("ada", "cancelled").await;
    eventually("the last word is cancel", async || {
        let told = beacon(&scene.broadcaster, &id).await;
        (told.last()?["notification_type"] == "cancel").then_some(())
    })
    .await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn tests_and_what_is_no_news_are_taken() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let asked = scene.times_asked(&id).await;
    let about = |kind: &str| CustomNotification::of(kind, id.as_str());
    for custom in [
        CustomNotification::test(Environment::Sandbox),
        about("SOMETHING_NEW").subtype("ENTIRELY"),
        about("PRICE_INCREASE").subtype("ACCEPTED"),
        about("CONSUMPTION_REQUEST"),
    ] {
        scene.store().notify(&custom).await.unwrap();
    }

    let sent = scene.delivered().await;

    assert_eq!(sent.len(), 4);
    for one in sent {
        assert_eq!(one.attempts[0].status, Some(200), "{}", one.event_type);
    }
    scene.asked_again(&id, asked).await;
    // A later one has been worked off, and nothing was told in between.
    scene.happens(&id, Action::Cancel).await;
    scene.told(&id, &["new", "cancel"]).await;
}
