//! What Apple publishes as samples.

use domain::Status;
use serde_json::{Value, json};
use store_simulator::apple::model::{AppStore, NewPurchase, Product};

use crate::authority::signed;
use crate::json::changed;
use crate::published::{assert_alike, published};
use crate::scene::{BUNDLE, TOKEN, about, at, config, data, known, millis, now, payload};

/// A part as it is signed.
fn dated(name: &str) -> Value {
    let signed_date = json!({"signedDate": millis("2026-11-20T11:59:00Z")});
    changed(published(name), &signed_date)
}

#[test]
fn the_published_transaction_is_read() {
    let (transaction, renewal) = (dated("apple/transaction"), dated("apple/renewal"));
    let config = config(&json!({}));
    let read =
        stores::connectors::apple::snapshot(&config, &transaction, Some(&renewal), Some(1), now());
    let state = known(read.unwrap());
    assert_eq!(state.status, Status::Active);
    assert!(state.trial_end.is_some());
    assert_eq!(state.period_end, at("2026-12-15T00:00:01.250Z"));
}

#[tokio::test]
async fn a_notification_of_the_published_parts_is_read() {
    let data = data(&json!({
        "signedTransactionInfo": signed(&dated("apple/transaction")),
        "signedRenewalInfo": signed(&dated("apple/renewal")),
    }));
    let about = about(&payload("SUBSCRIBED", &json!({ "data": data }))).await;
    assert_eq!(about.kind, "SUBSCRIBED");
    let id = published("apple/transaction")["originalTransactionId"].take();
    assert_eq!(about.locator.key.as_str(), id);
}

#[test]
fn the_simulator_writes_the_like() {
    let mut store = AppStore::new(BUNDLE);
    let product = Product::monthly("premium.monthly", "9.99", "EUR");
    store.set_products(vec![product.with_free_trial("P1W")]);
    let wanted = NewPurchase::of("premium.monthly").with_offer("intro");
    let wanted = wanted.for_account(TOKEN);
    let bought = store.buy(&wanted, now()).unwrap().purchase;
    let transaction = store.transaction_payload(&bought, bought.latest().unwrap());
    assert_alike(&published("apple/transaction"), &Value::Object(transaction));
    let renewal = store.renewal_payload(&bought, now()).unwrap();
    assert_alike(&published("apple/renewal"), &Value::Object(renewal));
}
