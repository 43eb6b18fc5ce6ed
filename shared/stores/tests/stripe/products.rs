//! Which product a subscription is for.

use serde_json::{Value, json};
use stores::LookUpError;

use crate::scene::{END, Scene, item, price, state};
use crate::server::list;

fn selling(price_changes: &Value) -> Value {
    let item = item(&json!({"price": price(price_changes)}));
    json!({"items": list(&[item])})
}

async fn product(configuration: Value, changes: &Value) -> Result<String, LookUpError> {
    let scene = Scene::configured(configuration).await;
    scene.sells(changes);
    let seen = scene.look().await;
    seen.map(|seen| crate::scene::known(seen).product_id)
}

#[tokio::test]
async fn it_is_named_by_what_is_configured() {
    for (from, expected) in [
        (Value::Null, "prod_SynthPrem"),
        (json!("product"), "prod_SynthPrem"),
        (json!("lookupKey"), "premium_monthly"),
        (json!("price"), "price_1SynthPremM"),
    ] {
        let named = product(json!({ "productIdFrom": from }), &json!({})).await;
        assert_eq!(named.as_deref(), Ok(expected), "{from}");
    }
}

#[tokio::test]
async fn without_a_lookup_key_it_is_the_product() {
    let by_key = json!({"productIdFrom": "lookupKey"});
    let named = product(by_key, &selling(&json!({"lookup_key": null}))).await;
    assert_eq!(named.as_deref(), Ok("prod_SynthPrem"));
}

#[tokio::test]
async fn a_product_may_be_expanded() {
    let expanded = json!({"product": {"id": "prod_x", "object": "product", "name": "Premium"}});
    assert_eq!(state(&selling(&expanded)).await.product_id, "prod_x");
}

#[tokio::test]
async fn the_oldest_items_have_a_plan() {
    let mut old = item(
        &json!({"plan": {"id": "plan_1", "object": "plan", "product": "prod_old",
        "amount": 999, "currency": "eur", "interval": "month"}}),
    );
    old.as_object_mut().unwrap().remove("price");
    let state = state(&json!({"items": list(&[old])})).await;
    assert_eq!(
        (&*state.product_id, &*state.details["priceId"]),
        ("prod_old", "plan_1")
    );
    assert_eq!(state.price.unwrap().amount_micros, 9_990_000);
}

#[tokio::test]
async fn the_catalogue_may_list_products_prices_and_lookup_keys() {
    for listed in ["prod_SynthPrem", "price_1SynthPremM", "premium_monthly"] {
        let named = product(json!({"products": ["prod_other", listed]}), &json!({})).await;
        assert!(named.is_ok(), "{listed}");
    }
    let other = product(json!({"products": ["prod_other"]}), &json!({})).await;
    let rejected = LookUpError::Rejected("none of its products is configured".to_owned());
    assert_eq!(other, Err(rejected));
}

#[tokio::test]
async fn what_is_not_in_the_catalogue_does_not_decide() {
    let support = item(&json!({"id": "si_support", "current_period_end": END + 1,
        "price": price(&json!({"id": "price_s", "product": "prod_support", "lookup_key": null}))}));
    let both = json!({"items": list(&[item(&json!({})), support])});
    let all = product(json!({}), &both).await;
    assert_eq!(all.as_deref(), Ok("prod_support"));
    let ours = product(json!({"products": ["prod_SynthPrem"]}), &both).await;
    assert_eq!(ours.as_deref(), Ok("prod_SynthPrem"));
}

#[tokio::test]
async fn each_item_is_read_in_whatever_order_they_are_listed() {
    let items = || {
        let first = item(
            &json!({"id": "si_1", "price": price(&json!({"id": "price_1", "product": "prod_1"}))}),
        );
        let second = item(&json!({"id": "si_2", "quantity": 2,
            "price": price(&json!({"id": "price_2", "product": "prod_2"}))}));
        let longest = item(&json!({"id": "si_3", "current_period_end": END + 1,
            "price": price(&json!({"id": "price_3", "product": "prod_3"}))}));
        [first, second, longest]
    };
    let [first, second, longest] = items();
    for listed in [items(), [second, longest, first]] {
        let scene = Scene::with(&json!({ "items": list(&listed) })).await;
        let seen = scene.look().await.unwrap();
        let products: Vec<_> = seen.product_ids().collect();
        assert_eq!(products, ["prod_3", "prod_1", "prod_2"]);
        let details = &seen.alternatives[1].details;
        assert_eq!(
            (&*details["priceId"], &*details["quantity"]),
            ("price_2", "2")
        );
        assert_eq!(scene.server.asked_for("invoice_payments").len(), 1);
    }
}

#[tokio::test]
async fn further_items_are_read_page_by_page() {
    let mut first = list(&[item(&json!({}))]);
    first["has_more"] = json!(true);
    let scene = Scene::with(&json!({ "items": first })).await;
    let mut second = list(&[item(
        &json!({"id": "si_2", "price": price(&json!({"product": "prod_2"}))}),
    )]);
    second["has_more"] = json!(true);
    let longest = item(&json!({"id": "si_3", "current_period_end": END + 1,
        "price": price(&json!({"product": "prod_3"}))}));
    let pages = "subscription_items?starting_after";
    scene
        .server
        .has(&format!("{pages}=si_SynthItem01"), &second);
    scene.server.lists(&format!("{pages}=si_2"), &[longest]);
    assert_eq!(scene.state().await.product_id, "prod_3");
    let asked = scene.server.asked_for("subscription_items");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].says("subscription"), [crate::scene::SUB]);
}

#[tokio::test]
async fn a_page_that_leads_no_further_can_not_be_read() {
    let mut endless = list(&[item(&json!({}))]);
    endless["has_more"] = json!(true);
    let scene = Scene::with(&json!({ "items": endless })).await;
    scene.server.has("subscription_items", &endless);
    assert_eq!(scene.look().await.unwrap_err().kind(), "malformed");
    assert_eq!(scene.server.asked_for("subscription_items").len(), 1);
    let empty = json!({"object": "list", "data": [], "has_more": true});
    scene.server.has("subscription_items", &empty);
    assert_eq!(scene.look().await.unwrap_err().kind(), "malformed");
}

#[tokio::test]
async fn without_items_nothing_can_be_said() {
    let scene = Scene::with(&json!({"items": list(&[])})).await;
    let what = "it has no items".to_owned();
    assert_eq!(scene.look().await, Err(LookUpError::Malformed(what)));
}
