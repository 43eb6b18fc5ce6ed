//! Free trials and other offers.

use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase, Options};

use crate::scene::{Scene, millis};

#[tokio::test]
async fn a_trial_costs_nothing_and_is_followed_by_a_paid_period() {
    let scene = Scene::set().await;
    let wanted = NewPurchase::of("premium").with_offer("intro");
    let id = scene.buy(&wanted).await.original_transaction_id;
    let (status, shown, renewal) = scene.status(&id).await;
    assert_eq!((status, &shown["price"]), (1, &json!(0)));
    assert_eq!(shown["offerType"], 1);
    assert_eq!(shown["offerDiscountType"], "FREE_TRIAL");
    assert_eq!(shown["offerPeriod"], "P1W");
    assert!(shown.get("offerIdentifier").is_none());
    assert_eq!(shown["expiresDate"], millis("2026-11-22T00:00:00Z"));
    assert_eq!(renewal["renewalPrice"], 9_990);
    assert!(renewal.get("offerType").is_none());
    let kinds = scene.kinds(&id, Action::Renew, &Options::default()).await;
    assert_eq!(kinds, ["DID_RENEW"]);
    let (_, shown, _) = scene.status(&id).await;
    assert!(shown.get("offerType").is_none());
    assert_eq!(shown["price"], 9_990);
    assert_eq!(shown["expiresDate"], millis("2026-12-22T00:00:00Z"));
}

#[tokio::test]
async fn an_offer_for_some_periods_ends_with_the_last_of_them() {
    let (scene, id) = Scene::bought().await;
    scene.act(&id, Action::Expire, &Options::default()).await;
    let options = Options {
        offer_id: Some("come-back".to_owned()),
        ..Options::default()
    };
    scene.act(&id, Action::Resubscribe, &options).await;
    let (_, shown, renewal) = scene.status(&id).await;
    assert_eq!(
        (&shown["offerType"], &shown["price"]),
        (&json!(4), &json!(4_990))
    );
    assert_eq!(shown["offerIdentifier"], "come-back");
    assert_eq!(shown["offerDiscountType"], "PAY_AS_YOU_GO");
    assert_eq!(
        (&renewal["offerType"], &renewal["renewalPrice"]),
        (&json!(4), &json!(4_990))
    );
    scene.act(&id, Action::Renew, &Options::default()).await;
    let (_, shown, renewal) = scene.status(&id).await;
    assert_eq!(
        (&shown["offerType"], &renewal["renewalPrice"]),
        (&json!(4), &json!(9_990))
    );
    scene.act(&id, Action::Renew, &Options::default()).await;
    let (_, shown, _) = scene.status(&id).await;
    assert!(shown.get("offerType").is_none());
}

#[tokio::test]
async fn an_offer_that_the_product_has_not_is_refused() {
    let scene = Scene::set().await;
    let wanted = NewPurchase::of("basic").with_offer("intro");
    assert!(scene.store.buy(&wanted).await.is_err());
}
