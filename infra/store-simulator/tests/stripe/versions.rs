//! Objects as older versions of the API show them.

use serde_json::{Value, json};
use store_simulator::stripe::model::{Action, Options, Purchase};

use crate::{
    START,
    scene::{LIVE_KEY, Scene, at},
};

const ACACIA: &str = "2024-09-30.acacia";

async fn shown(scene: &Scene, path: &str, version: &str) -> Value {
    let url = format!("{}{path}", scene.store.api_base_url());
    let request = scene.http.get(url).bearer_auth(LIVE_KEY);
    let response = request
        .header("stripe-version", version)
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["stripe-version"], version);
    response.json().await.unwrap()
}

async fn subscription(scene: &Scene, purchase: &Purchase, version: &str) -> Value {
    shown(scene, &format!("/subscriptions/{}", purchase.id), version).await
}

#[tokio::test]
async fn before_basil_the_period_is_on_the_subscription() {
    let (scene, bought) = Scene::bought().await;
    let old = subscription(&scene, &bought, ACACIA).await;
    assert_eq!(old["current_period_start"], at(START));
    assert_eq!(old["current_period_end"], at("2026-12-22T00:00:00Z"));
    assert_eq!(old["plan"]["product"], "prod_premium");
    let item = &old["items"]["data"][0];
    assert!(item.get("current_period_end").is_none());
    assert_eq!(item["plan"]["interval"], "month");
    assert_eq!(item["price"]["id"], "price_m");
    assert!(old.get("billing_mode").is_none());

    let basil = subscription(&scene, &bought, "2025-03-31.basil").await;
    assert!(basil.get("current_period_end").is_none());
    assert!(basil["items"]["data"][0].get("plan").is_none());
}

#[tokio::test]
async fn the_oldest_ones_have_plans_without_prices() {
    let (scene, bought) = Scene::bought().await;
    let oldest = subscription(&scene, &bought, "2017-08-15").await;
    let item = &oldest["items"]["data"][0];
    assert_eq!(item["plan"]["amount"], 999);
    assert!(item.get("price").is_none());
}

#[tokio::test]
async fn invoices_and_charges_named_each_other() {
    let (scene, bought) = Scene::bought().await;
    let (invoice, charge) = (&bought.invoices[0], &bought.charges[0]);
    let path = format!("/invoices/{}", invoice.invoice_id);
    let old = shown(&scene, &path, ACACIA).await;
    assert_eq!(old["subscription"], bought.id.as_str());
    assert_eq!(
        old["subscription_details"]["metadata"]["app_user_id"],
        "u-4821"
    );
    assert_eq!(old["paid"], true);
    assert_eq!(old["charge"], charge.charge_id.as_str());
    assert_eq!(old["payment_intent"], charge.payment_intent_id.as_str());
    assert!(old.get("parent").is_none());
    assert_eq!(old["lines"]["data"][0]["price"]["id"], "price_m");
    let path = format!("/charges/{}", charge.charge_id);
    let old = shown(&scene, &path, ACACIA).await;
    assert_eq!(old["invoice"], invoice.invoice_id.as_str());
}

#[tokio::test]
async fn why_it_is_paused_is_told_since_endive() {
    let (scene, bought) = Scene::bought().await;
    scene.does(&bought.id, Action::Pause).await;
    let dahlia = subscription(&scene, &bought, "2026-05-27.dahlia").await;
    assert_eq!(dahlia["status"], "paused");
    assert!(dahlia.get("status_details").is_none());
    let endive = subscription(&scene, &bought, "2026-09-30.endive").await;
    assert!(endive.get("status_details").is_some());
}

#[tokio::test]
async fn the_account_has_a_version_for_events_and_for_calls_that_name_none() {
    let scene = Scene::with(json!({"apiVersion": ACACIA})).await;
    let bought = scene.buy().await;
    assert!(scene.look_up(&bought).await["current_period_end"].is_number());
    let event = &scene.store.events().await.unwrap()[0];
    assert_eq!(event["api_version"], ACACIA);
    let newer = json!({"apiVersion": "2026-09-30.endive"});
    scene.store.reconfigure(&newer).await.unwrap();
    let event = &scene.store.events().await.unwrap()[0];
    assert_eq!(event["api_version"], ACACIA, "fixed when it was made");
}

#[tokio::test]
async fn a_version_has_a_date() {
    let (scene, bought) = Scene::bought().await;
    let url = format!("{}/subscriptions/{}", scene.store.api_base_url(), bought.id);
    let request = scene.http.get(url).bearer_auth(LIVE_KEY);
    let response = request.header("stripe-version", "endive").send().await;
    assert_eq!(response.unwrap().status(), 400);
}

#[tokio::test]
async fn an_extra_is_a_line_of_another_kind() {
    let (scene, bought) = Scene::bought().await;
    let extra = Options::of_amount(499);
    let billed = scene.does_with(&bought.id, Action::BillExtra, &extra).await;
    let invoice = billed.purchase.latest_invoice().unwrap();
    let path = format!("/invoices/{}", invoice.invoice_id);
    let new = scene.get(&path).await;
    assert_eq!(new["amount_paid"], 499);
    assert_eq!(
        new["billing_reason"],
        "automatic_pending_invoice_item_invoice"
    );
    let parent = &new["lines"]["data"][0]["parent"];
    assert_eq!(parent["type"], "invoice_item_details");
    assert!(parent["subscription_item_details"].is_null());
    let old = shown(&scene, &path, ACACIA).await;
    let line = &old["lines"]["data"][0];
    assert_eq!(line["type"], "invoiceitem");
    assert!(line.get("subscription_item").is_none());
    let refunded = scene.does(&bought.id, Action::Refund).await;
    assert!(refunded.purchase.grants(), "the month is still paid");
}
