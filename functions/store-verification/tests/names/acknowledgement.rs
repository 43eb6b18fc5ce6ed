//! The store is told that a purchase was delivered, once it was.

use serde_json::json;
use store_simulator::android::model::{Action, NewPurchase};

use crate::google_play::{GooglePlay, submission};
use crate::scene::seconds_ago;

async fn acknowledgements(shop: &GooglePlay, token: &str) -> u64 {
    let calls = shop.play.calls().await.unwrap();
    calls.acknowledges.get(token).copied().unwrap_or_default()
}

#[tokio::test]
async fn once_access_is_granted_and_only_once() {
    let shop = GooglePlay::start().await;
    shop.claimed("token", "ada").await;

    assert_eq!(acknowledgements(&shop, "token").await, 1);
    let subscription = shop.scene.subscription("token").await;
    assert_eq!(subscription.state.acknowledge_by, None);
    assert!(shop.play.purchase("token").await.unwrap().acknowledged);

    shop.tells_of("token").await;
    assert_eq!(acknowledgements(&shop, "token").await, 1);
}

#[tokio::test]
async fn nothing_that_nobody_holds_is_acknowledged() {
    let shop = GooglePlay::start().await;
    shop.buys("token").await;
    shop.tells_of("token").await;
    assert_eq!(acknowledgements(&shop, "token").await, 0);
}

#[tokio::test]
async fn nothing_that_is_not_paid_is_acknowledged() {
    let shop = GooglePlay::start().await;
    let wanted = NewPurchase::of("basic", "monthly")
        .with_token("token")
        .pending();
    shop.play.buy(&wanted).await.unwrap();
    assert_eq!(
        shop.scene.claims(1, "ada", &submission("token")).await,
        None
    );
    assert_eq!(acknowledgements(&shop, "token").await, 0);

    shop.does("token", Action::CompletePending).await;
    let again = shop.scene.submits(1, "ada", &submission("token"), 0).await;
    shop.scene.verify(&[again]).await;
    assert_eq!(acknowledgements(&shop, "token").await, 1);
}

#[tokio::test]
async fn a_broadcaster_whose_apps_do_it_can_switch_it_off() {
    let shop = GooglePlay::with(&json!({"acknowledge": false})).await;
    shop.claimed("token", "ada").await;
    assert_eq!(acknowledgements(&shop, "token").await, 0);
    let subscription = shop.scene.subscription("token").await;
    assert_eq!(subscription.state.acknowledge_by, None);
}

#[tokio::test]
async fn what_fails_takes_nobody_s_access_and_is_tried_again_soon() {
    let shop = GooglePlay::start().await;
    let refused = json!({"refusals": {"acknowledge": 503}});
    shop.play.reconfigure(&refused).await.unwrap();
    shop.claimed("token", "ada").await;
    let stored = shop.scene.stored("token").await.unwrap();
    assert!(stored.subscription.access_granted(seconds_ago(0)));
    let due = stored.due_at.unwrap().duration_since(seconds_ago(0));
    assert!((840..1100).contains(&due.as_secs()), "{due}");
    assert!(stored.subscription.state.acknowledge_by.is_some());

    let healed = json!({"refusals": {"acknowledge": null}});
    shop.play.reconfigure(&healed).await.unwrap();
    let check = shop.scene.check("token").await;
    shop.scene.verify(&[check]).await;

    assert!(shop.play.purchase("token").await.unwrap().acknowledged);
    let subscription = shop.scene.subscription("token").await;
    assert_eq!(subscription.state.acknowledge_by, None);
}
