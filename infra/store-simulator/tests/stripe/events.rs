//! The list of events, with their actual delivery.

use serde_json::{Value, json};
use store_simulator::{
    Chance, DeliveryFaults, Faults,
    stripe::{
        MINIMAL_EVENTS,
        model::{Action, NewCheckout},
    },
};

use crate::{
    DAY,
    scene::{LIVE_KEY, Scene, TEST_KEY, UPDATED, ids, kinds},
};

async fn loses_everything(scene: &Scene) {
    let faults = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
}

#[tokio::test]
async fn events_are_listed_newest_first_in_their_envelope() {
    let (scene, bought) = Scene::bought().await;
    let cancelled = scene.does(&bought.id, Action::Cancel).await;
    let list = scene.get("/events?limit=100").await;
    let newest = &list["data"][0];
    assert_eq!(newest["id"], cancelled.events[0].event_id.as_str());
    assert_eq!(newest["object"], "event");
    assert_eq!(newest["api_version"], "2026-10-28.endive");
    assert_eq!(newest["type"], UPDATED);
    assert_eq!(newest["livemode"], true);
    assert!(newest["request"]["id"].is_string(), "somebody asked for it");
    assert_eq!(newest["data"]["object"]["id"], bought.id.as_str());
    let path = format!("/events/{}", cancelled.events[0].event_id);
    assert_eq!(scene.get(&path).await["type"], UPDATED);
}

#[tokio::test]
async fn what_did_not_arrive_can_be_asked_for() {
    let (scene, bought) = Scene::bought().await;
    scene.settle().await;
    assert!(ids(&scene.get("/events?delivery_success=false").await).is_empty());
    loses_everything(&scene).await;
    let lost = scene.does(&bought.id, Action::Cancel).await;
    scene.store.clear_faults().await.unwrap();
    scene.does(&bought.id, Action::Reactivate).await;
    scene.settle().await;
    let list = scene.get("/events?delivery_success=false").await;
    assert_eq!(ids(&list), [lost.events[0].event_id.clone()]);
    let arrived = ids(&scene.get("/events?delivery_success=true&limit=100").await);
    assert!(!arrived.contains(&lost.events[0].event_id));
}

#[tokio::test]
async fn what_the_endpoint_refuses_has_not_arrived_until_it_is_resent() {
    let (scene, bought) = Scene::bought().await;
    scene.settle().await;
    let once = json!({"deliveryAttempts": 1});
    scene.store.reconfigure(&once).await.unwrap();
    scene.receiver.answer_with(&[400]);
    let refused = scene.does(&bought.id, Action::Cancel).await;
    scene.settle().await;
    let list = scene.get("/events?delivery_success=false").await;
    assert_eq!(ids(&list), [refused.events[0].event_id.clone()]);
    scene
        .store
        .resend(&refused.events[0].event_id)
        .await
        .unwrap();
    scene.settle().await;
    assert!(ids(&scene.get("/events?delivery_success=false").await).is_empty());
}

#[tokio::test]
async fn types_filter_the_list() {
    let (scene, _) = Scene::bought().await;
    let kinds_of = |list: &Value| {
        let entries = list["data"].as_array().unwrap().iter();
        let kinds = entries.map(|event| event["type"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    let two = "/events?types[]=invoice.paid&types[]=customer.subscription.created";
    let list = scene.get(two).await;
    assert_eq!(
        kinds_of(&list),
        ["invoice.paid", "customer.subscription.created"]
    );
    let wild = scene.get("/events?type=invoice.*").await;
    assert!(
        kinds_of(&wild)
            .iter()
            .all(|kind| kind.starts_with("invoice."))
    );
    assert_eq!(kinds_of(&wild).len(), 4);
}

#[tokio::test]
async fn a_catch_up_goes_on_from_the_last_known_event() {
    let (scene, bought) = Scene::bought().await;
    let last = scene.get("/events?limit=1").await;
    let last = ids(&last).pop().unwrap();
    let first = scene.does(&bought.id, Action::Cancel).await;
    let second = scene.does(&bought.id, Action::Reactivate).await;
    let path = format!("/events?ending_before={last}&limit=1");
    let page = scene.get(&path).await;
    assert_eq!(ids(&page), [first.events[0].event_id.clone()]);
    assert_eq!(page["has_more"], true);
    let path = format!("/events?ending_before={}&limit=1", ids(&page)[0]);
    let page = scene.get(&path).await;
    assert_eq!(ids(&page), [second.events[0].event_id.clone()]);
    assert_eq!(page["has_more"], false);
}

#[tokio::test]
async fn events_are_listed_for_30_days_and_for_their_own_mode() {
    let scene = Scene::set().await;
    let test = NewCheckout::subscription("price_m").in_test_mode();
    scene.creates(&test).await;
    assert!(ids(&scene.get("/events").await).is_empty());
    let list: Value = scene
        .call_with(TEST_KEY, "/events")
        .await
        .json()
        .await
        .unwrap();
    assert!(!ids(&list).is_empty());
    let path = format!("/events/{}", ids(&list)[0]);
    assert_eq!(scene.refused(LIVE_KEY, &path).await.0, 404);
    scene.store.advance_clock(30 * DAY + 1).await.unwrap();
    let list: Value = scene
        .call_with(TEST_KEY, "/events")
        .await
        .json()
        .await
        .unwrap();
    assert!(ids(&list).is_empty());
}

#[tokio::test]
async fn only_types_that_the_endpoint_is_subscribed_to_are_sent() {
    let scene = Scene::set().await;
    let bought = scene.creates(&NewCheckout::subscription("price_m")).await;
    scene.settle().await;
    let received = scene.receiver.received();
    let sent: Vec<Value> = received
        .iter()
        .map(|one| one.json()["type"].clone())
        .collect();
    let made = kinds(&bought);
    let wanted = made
        .into_iter()
        .filter(|kind| MINIMAL_EVENTS.contains(kind));
    assert_eq!(sent, wanted.collect::<Vec<_>>());
    assert_eq!(sent.len(), 3);
}
