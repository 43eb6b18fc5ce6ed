//! What is bought once.

use local_stack::broadcaster::apple::{FILM, FILM_HOURS, FILM_OFFER};
use serde_json::Value;
use store_simulator::apple::model::{Action, NewPurchase};

use super::Scene;

#[tokio::test]
async fn a_film_is_there_for_48_hours_and_gone_with_the_money() {
    let scene = Scene::new().await;
    // Apple's notification is there before the app.
    let told = NewPurchase::of(FILM).in_sandbox();
    let id = scene.bought_as(&told).await;
    scene.asked_again(&id, 0).await;
    assert!(!scene.may_watch("ada", FILM_OFFER).await);

    let outcome = scene.submits("ada", &id).await;

    assert_eq!(outcome["offerId"], FILM_OFFER, "{outcome}");
    assert!(scene.may_watch("ada", FILM_OFFER).await);
    let told = scene.told(&id, &["new"]).await;
    let bought = scene.store().purchase(&id).await.unwrap();
    let start = bought.original_purchase_date.as_second();
    assert_eq!(told[0]["start_date"], start);
    let end = start + i64::try_from(FILM_HOURS * 3600).unwrap();
    assert_eq!(told[0]["end_date"], end);
    assert_eq!(told[0]["sku"], FILM);
    assert_eq!(scene.subscription("ada").await["autoRenew"], false);

    // Another one of the same film is another purchase.
    let again = scene.bought(FILM).await;
    let outcome = scene.submits("bob", &again).await;
    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");

    scene.happens(&id, Action::Refund).await;
    scene.is("ada", "revoked").await;
    let told = scene.told(&id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
    assert_ne!(told[1]["end_date"], Value::Null);
    assert!(!scene.may_watch("ada", FILM_OFFER).await);
    assert!(scene.may_watch("bob", FILM_OFFER).await);
}
