//! What Stripe tells by events, in whatever order.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::stripe::model::Action;
use store_simulator::{DeliveryFaults, Faults};

use super::Scene;
use crate::story::{beacon, eventually, seconds, webhooks};

#[tokio::test]
async fn a_renewal_is_told_when_it_is_paid_and_not_when_the_period_moves() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let before = scene.subscription("ada").await;
    let asked = scene.times_asked(&id).await;

    scene.happens(&id, Action::BeginPeriod).await;
    eventually("the store was asked", async || {
        (scene.times_asked(&id).await > asked).then_some(())
    })
    .await;
    scene.told(&id, &["new"]).await;
    let paid = scene.happens(&id, Action::Collect).await;

    let told = scene.told(&id, &["new", "renew"]).await;
    let renewed = eventually("the webhook", async || {
        let mut messages = webhooks(&scene.broadcaster).await.into_iter();
        messages.find(|message| message["topic"] == "subscriptionRenewed")
    })
    .await;
    let paid = &paid.latest_invoice().unwrap().invoice_id;
    assert_eq!(renewed["data"]["inAppSpecificData"]["invoiceId"], **paid);
    assert_eq!(told[1]["start_date"], seconds(&before["periodEnd"]));
    assert!(told[1]["end_date"].as_i64() > told[0]["end_date"].as_i64());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn events_that_come_twice_late_and_in_disorder_end_in_the_store_s_state() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let faults = Faults {
        seed: 7,
        delivery: DeliveryFaults {
            reorder: true,
            duplicate: 1,
            window_millis: Some(500),
            delay_millis: Some((0, 500)),
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store().set_faults(&faults).await.unwrap();

    let mut last = None;
    for action in [
        Action::Renew,
        Action::Cancel,
        Action::Reactivate,
        Action::Cancel,
    ] {
        last = Some(scene.happens(&id, action).await);
    }
    scene.delivered().await;

    let state = scene.is("ada", "cancelled").await;
    let last = last.and_then(|purchase| purchase.subscription).unwrap();
    assert_eq!(seconds(&state["periodEnd"]), last.period_end().as_second());
    eventually("the last word is cancel", async || {
        let told = beacon(&scene.broadcaster, &id).await;
        (told.last()?["notification_type"] == "cancel").then_some(())
    })
    .await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}
