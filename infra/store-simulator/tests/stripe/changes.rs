//! Changes of price, now, later and once paid; of items; of metadata.

use serde_json::{Value, json};
use store_simulator::stripe::model::{Action, Options, Proration};

use crate::{
    DAY,
    scene::{Scene, UPDATED, at, ids, kinds},
};

#[tokio::test]
async fn a_change_now_is_invoiced_by_its_difference() {
    let (scene, bought) = Scene::bought().await;
    scene.store.advance_clock(15 * DAY).await.unwrap();
    let to = Options::to_price("price_b");
    let changed = scene.does_with(&bought.id, Action::ChangePlan, &to).await;
    let told = kinds(&changed);
    assert_eq!(told[..2], [UPDATED, "invoice.created"]);
    assert!(told.contains(&"invoice.paid"));
    assert!(!told.contains(&"charge.succeeded"), "it became cheaper");
    let shown = scene.look_up(&bought).await;
    let item = &shown["items"]["data"][0];
    assert_eq!(item["price"]["id"], "price_b");
    assert_eq!(item["current_period_end"], at("2026-12-22T00:00:00Z"));
    let path = format!("/invoices/{}", shown["latest_invoice"].as_str().unwrap());
    let invoice = scene.get(&path).await;
    assert_eq!(invoice["billing_reason"], "subscription_update");
    let lines = invoice["lines"]["data"].as_array().unwrap();
    assert_eq!(lines[0]["amount"], -499, "half of 999");
    assert_eq!(lines[1]["amount"], 249, "half of 499");
    let of_line = |line: &Value| line["parent"]["subscription_item_details"]["proration"].clone();
    assert!(lines.iter().all(|line| of_line(line) == true));
}

#[tokio::test]
async fn a_change_can_cost_nothing_now() {
    for proration in [Proration::CreateProrations, Proration::None] {
        let (scene, bought) = Scene::bought().await;
        let to = Options {
            proration,
            ..Options::to_price("price_b")
        };
        let changed = scene.does_with(&bought.id, Action::ChangePlan, &to).await;
        assert_eq!(kinds(&changed), [UPDATED]);
    }
}

#[tokio::test]
async fn another_interval_begins_a_new_period() {
    let (scene, bought) = Scene::bought().await;
    scene.store.advance_clock(15 * DAY).await.unwrap();
    let to = Options::to_price("price_y");
    scene.does_with(&bought.id, Action::ChangePlan, &to).await;
    let shown = scene.look_up(&bought).await;
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_start"], at("2026-12-07T00:00:00Z"));
    assert_eq!(item["current_period_end"], at("2027-12-07T00:00:00Z"));
}

#[tokio::test]
async fn a_scheduled_change_comes_with_the_renewal() {
    let (scene, bought) = Scene::bought().await;
    let to = Options::to_price("price_b");
    let scheduled = scene
        .does_with(&bought.id, Action::ScheduleChange, &to)
        .await;
    assert_eq!(kinds(&scheduled), [UPDATED]);
    let shown = scene.look_up(&bought).await;
    let path = format!(
        "/subscription_schedules/{}?expand[]=phases.items.price",
        shown["schedule"].as_str().unwrap()
    );
    let schedule = scene.get(&path).await;
    assert_eq!(schedule["subscription"], bought.id.as_str());
    let of_phase = |phase: usize| schedule["phases"][phase]["items"][0]["price"]["id"].clone();
    assert_eq!([of_phase(0), of_phase(1)], ["price_m", "price_b"]);
    assert_eq!(shown["items"]["data"][0]["price"]["id"], "price_m");
    scene.does(&bought.id, Action::Renew).await;
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["schedule"], Value::Null);
    assert_eq!(shown["items"]["data"][0]["price"]["id"], "price_b");
}

#[tokio::test]
async fn more_items_than_are_shown_are_in_their_own_list() {
    let scene = Scene::with(json!({"inlineItems": 2})).await;
    let bought = scene.buy().await;
    for _ in 0..3 {
        let to = Options::to_price("price_b");
        scene.does_with(&bought.id, Action::AddItem, &to).await;
    }
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["items"]["has_more"], true);
    assert_eq!(ids(&shown["items"]).len(), 2);
    let url = shown["items"]["url"].as_str().unwrap();
    let all = scene.get(url.strip_prefix("/v1").unwrap()).await;
    assert_eq!(all["has_more"], false);
    assert_eq!(ids(&all).len(), 4);
    assert_eq!(ids(&all)[..2], ids(&shown["items"])[..]);
}

#[tokio::test]
async fn metadata_can_change_and_go() {
    let (scene, bought) = Scene::bought().await;
    let changes = [
        ("device".to_owned(), Some("tv-7".into())),
        ("app_user_id".to_owned(), None),
    ];
    let options = Options {
        metadata: changes.into(),
        ..Options::default()
    };
    let changed = scene
        .does_with(&bought.id, Action::UpdateMetadata, &options)
        .await;
    assert_eq!(kinds(&changed), [UPDATED]);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["metadata"], json!({"device": "tv-7"}));
}
