//! Apps do not see each other.

use serde_json::json;
use store_simulator::{
    Control,
    apple::{
        Configuration,
        model::{NewPurchase, Product},
    },
};

use crate::scene::{Scene, configuration};

#[tokio::test]
async fn an_app_sees_neither_purchases_nor_calls_of_another_one() {
    let (scene, _) = Scene::bought().await;
    let other = Control::new(scene.simulator.base_url()).apple("com.example.other");
    other.configure(&configuration(None)).await.unwrap();
    let theirs = other
        .buy(&NewPurchase::of("premium"))
        .await
        .unwrap()
        .purchase;
    let id = theirs.original_transaction_id;
    let (status, answer) = scene.get(&format!("/v1/transactions/{id}")).await;
    assert_eq!((status, &answer["errorCode"]), (404, &json!(4_040_010)));
    assert_eq!(scene.store.purchases().await.unwrap().len(), 1);
    assert!(scene.store.purchase(&id).await.is_err());
    assert!(other.calls().await.unwrap().look_ups.is_empty());
    let keys = (
        scene.store.api_key().await.unwrap(),
        other.api_key().await.unwrap(),
    );
    assert_ne!(keys.0.key_id, keys.1.key_id);
    assert_eq!(
        scene.store.root().await.unwrap(),
        other.root().await.unwrap()
    );
}

#[tokio::test]
async fn an_app_that_is_removed_is_unknown() {
    let (scene, id) = Scene::bought().await;
    let token = scene.token(&json!({}), &json!({})).await;
    scene.store.remove().await.unwrap();
    assert!(scene.store.purchases().await.is_err());
    let url = format!(
        "{}/apple/production/inApps/v1/transactions/{id}",
        scene.simulator.base_url()
    );
    let answer = scene.http.get(url).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn a_registration_that_cannot_work_is_refused() {
    let scene = Scene::set().await;
    let product = Product::monthly("m", "9.99", "EUR");
    let of = |product| Configuration {
        products: vec![product],
        ..Configuration::default()
    };
    for wrong in [
        of(Product {
            period: None,
            ..product.clone()
        }),
        of(Product {
            amount: "much".to_owned(),
            ..product.clone()
        }),
        Configuration {
            notification_url: Some("nowhere".to_owned()),
            ..of(product.clone())
        },
        Configuration {
            page_size: 0,
            ..of(product)
        },
    ] {
        assert!(scene.store.configure(&wrong).await.is_err(), "{wrong:?}");
    }
}

#[tokio::test]
async fn the_clock_stands_still_until_it_is_moved() {
    let scene = Scene::set().await;
    assert_eq!(scene.store.now().await.unwrap().to_string(), crate::START);
    let there = scene.store.advance_clock(60).await.unwrap();
    assert_eq!(there.to_string(), "2026-11-15T00:01:00Z");
}
