//! What Roku publishes as samples.

use domain::Status;
use serde_json::{Value, json};
use store_simulator::roku::model::{
    Action, AnswerForm, Catalogue, Channel, NewPurchase, Options, Outcome, Pay, Plan,
};

use crate::published::{assert_alike, published};
use crate::scene::{CHANNEL, ENDS_AT, FIRST, Scene, at, config, known, locator, now, read_with};

#[test]
fn the_published_transaction_is_read() {
    let transaction = published("roku/transaction");
    let config = config(&json!({}));
    let state = known(read_with(&config, &locator(), &transaction, now()).unwrap());
    assert_eq!(state.status, Status::Active);
    assert_eq!(state.period_end, at(ENDS_AT));
}

#[tokio::test]
async fn the_published_messages_are_read() {
    for (name, kind) in [
        ("sale", "Sale"),
        ("on_hold", "OnHoldInitiated"),
        ("refund", "Refund"),
    ] {
        let message = published(&format!("roku/{name}"));
        let about = Scene::set().await.about(&message).await;
        assert_eq!(about.kind, kind);
        assert_eq!(about.locator.key.as_str(), FIRST);
    }
}

/// The last message of what happened.
fn told(outcome: &Outcome) -> &Value {
    &outcome.published.last().unwrap().message
}

#[test]
fn the_simulator_writes_the_like() {
    let mut store = Pay::new("account");
    store.set_catalogue(Catalogue {
        channels: vec![Channel::new(CHANNEL, "Example TV")],
        plans: vec![Plan::monthly("extv_premium_monthly", "8.99").with_tax("0.72")],
    });
    let wanted = NewPurchase::of("extv_premium_monthly");
    let bought = store.buy(&wanted, now()).unwrap();
    let id = bought.purchase.transaction_id.as_str();
    assert_alike(&published("roku/sale"), told(&bought));
    let transaction = store.look_up(id, &AnswerForm::default(), now());
    assert_alike(&published("roku/transaction"), &transaction.unwrap());
    let mut happens = |action| store.act(id, action, &Options::default(), now()).unwrap();
    assert_alike(&published("roku/refund"), told(&happens(Action::Refund)));
    happens(Action::EnterGrace);
    assert_alike(&published("roku/on_hold"), told(&happens(Action::Hold)));
}
