//! What Amazon publishes as samples.

use domain::Status;
use serde_json::json;
use store_simulator::amazon::model::{Action, Appstore, NewPurchase, Options, Product, Promotion};

use crate::published::{assert_alike, published};
use crate::scene::{PACKAGE, RECEIPT, Scene, USER, at, config, known, locator, now};
use crate::sns::telling;

#[test]
fn the_published_receipt_is_read() {
    let receipt = published("amazon/receipt");
    let config = config(&json!({}));
    let state =
        known(stores::connectors::amazon::snapshot(&config, &locator(), &receipt, now()).unwrap());
    assert_eq!(state.status, Status::Active);
    assert_eq!(state.period_end, at("2026-12-15T09:30:00.250Z"));
}

#[tokio::test]
async fn the_published_notification_is_read() {
    let message = published("amazon/notification");
    let told = Scene::set().await.told(&telling(&message)).await;
    assert_eq!(told.kind, "SUBSCRIPTION_RENEWED");
    assert_eq!(told.locator.key.as_str(), RECEIPT);
    assert_eq!(told.locator.details["userId"], USER);
}

#[test]
fn the_simulator_writes_the_like() {
    let mut store = Appstore::new();
    let product = Product::monthly("extv.premium", "extv.premium.monthly");
    store.set_products(vec![product]);
    let wanted = NewPurchase::of("extv.premium.monthly").with_promotion(Promotion::introductory());
    let bought = store.buy(&wanted, now()).unwrap();
    let id = bought.receipt.receipt_id.as_str();
    let receipt = store.rvs(id, now()).unwrap();
    assert_alike(&published("amazon/receipt"), &receipt);
    let renewed = store.act(id, Action::Renew, &Options::default(), now());
    let told = renewed.unwrap().published.remove(0);
    let message = told.message(PACKAGE);
    assert_alike(&published("amazon/notification"), &message);
}
