//! Renewals, in the store's order.

use serde_json::{Value, json};
use store_simulator::stripe::model::{Action, Options};

use crate::{
    START,
    scene::{PAID, Scene, UPDATED, all_events, at, kinds},
};

const END: &str = "2026-12-22T00:00:00Z";

#[tokio::test]
async fn the_period_moves_before_it_is_paid() {
    let (scene, bought) = Scene::bought().await;
    let renewed = scene.does(&bought.id, Action::Renew).await;
    let mut expected = vec![UPDATED, "invoice.created"];
    expected.extend(PAID);
    assert_eq!(kinds(&renewed), expected);
    assert_eq!(
        renewed.now.to_string(),
        "2026-12-22T01:00:00Z",
        "an hour as a draft"
    );
    let shown = scene.look_up(&bought).await;
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_start"], at(END));
    assert_eq!(item["current_period_end"], at("2027-01-22T00:00:00Z"));
}

#[tokio::test]
async fn in_the_hour_between_it_is_active_and_unpaid() {
    let (scene, bought) = Scene::bought().await;
    let begun = scene.does(&bought.id, Action::BeginPeriod).await;
    assert_eq!(kinds(&begun), [UPDATED, "invoice.created"]);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["status"], "active");
    let path = format!("/invoices/{}", shown["latest_invoice"].as_str().unwrap());
    assert_eq!(scene.get(&path).await["status"], "draft");
    let collected = scene.does(&bought.id, Action::Collect).await;
    assert_eq!(kinds(&collected), PAID);
    assert_eq!(scene.get(&path).await["status"], "paid");
}

#[tokio::test]
async fn a_period_that_has_begun_is_only_paid() {
    let (scene, bought) = Scene::bought().await;
    scene.does(&bought.id, Action::BeginPeriod).await;
    let renewed = scene.does(&bought.id, Action::Renew).await;
    assert_eq!(kinds(&renewed), PAID);
}

#[tokio::test]
async fn the_invoice_looks_back_and_its_line_looks_ahead() {
    let (scene, bought) = Scene::bought().await;
    let renewed = scene.does(&bought.id, Action::Renew).await.purchase;
    let invoice_id = &renewed.latest_invoice().unwrap().invoice_id;
    let invoice = scene.get(&format!("/invoices/{invoice_id}")).await;
    assert_eq!(invoice["billing_reason"], "subscription_cycle");
    assert_eq!(invoice["period_start"], at(START));
    assert_eq!(invoice["period_end"], at(END));
    let line = &invoice["lines"]["data"][0];
    let ahead = json!({"start": at(END), "end": at("2027-01-22T00:00:00Z")});
    assert_eq!(line["period"], ahead);
    assert_eq!(line["pricing"]["price_details"]["product"], "prod_premium");
    let details = &line["parent"]["subscription_item_details"];
    assert_eq!(details["proration"], false);
    let parent = &invoice["parent"]["subscription_details"];
    assert_eq!(parent["subscription"], bought.id.as_str());
    assert_eq!(parent["metadata"]["app_user_id"], "u-4821");
}

#[tokio::test]
async fn the_update_tells_what_was_before() {
    let scene = Scene::with(all_events()).await;
    let bought = scene.buy().await;
    let first = bought.subscription.as_ref().unwrap();
    let renewed = scene.does(&bought.id, Action::Renew).await;
    let events = scene.store.events().await.unwrap();
    let updated = events
        .iter()
        .find(|event| event["type"] == UPDATED)
        .unwrap();
    let previous = &updated["data"]["previous_attributes"];
    let expected = json!({
        "latest_invoice": first.latest_invoice,
        "items": {"data": [{"id": first.items[0].item_id,
            "current_period_start": at(START), "current_period_end": at(END)}]},
    });
    assert_eq!(*previous, expected);
    assert_eq!(updated["request"]["id"], Value::Null, "nobody asked for it");
    assert_eq!(updated["id"], renewed.events[0].event_id.as_str());
    assert_eq!(updated["created"], at(END), "not an hour later");
}

#[tokio::test]
async fn the_clock_can_be_left_alone() {
    let (scene, bought) = Scene::bought().await;
    let still = Options {
        move_clock: false,
        ..Options::default()
    };
    let renewed = scene.does_with(&bought.id, Action::Renew, &still).await;
    assert_eq!(renewed.now.to_string(), START);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["items"]["data"][0]["current_period_start"], at(END));
}

#[tokio::test]
async fn a_renewal_can_be_paid_without_a_charge() {
    let (scene, bought) = Scene::bought().await;
    let by_bank = Options {
        out_of_band: true,
        ..Options::default()
    };
    let renewed = scene.does_with(&bought.id, Action::Renew, &by_bank).await;
    let expected = [
        UPDATED,
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
    ];
    assert_eq!(kinds(&renewed), expected);
    assert_eq!(renewed.purchase.charges.len(), 1, "only the first one");
}

#[tokio::test]
async fn a_silent_renewal_makes_no_event() {
    let (scene, bought) = Scene::bought().await;
    let silent = Options::default().silently();
    let renewed = scene.does_with(&bought.id, Action::Renew, &silent).await;
    assert!(renewed.events.is_empty());
    let events = scene.store.events().await.unwrap();
    let mut since = events
        .iter()
        .map(|event| event["created"].as_i64().unwrap());
    assert!(since.all(|created| created < at(END)));
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["items"]["data"][0]["current_period_start"], at(END));
}
