//! What is bought once.

use local_stack::broadcaster::roku::{FILM, FILM_HOURS, FILM_OFFER};
use store_simulator::roku::model::Action;

use super::Scene;

#[tokio::test]
async fn a_film_is_lent_as_long_as_its_offer_says_and_ends_with_a_refund() {
    let scene = Scene::new().await;
    let id = scene.bought(FILM).await;

    let outcome = scene.submits("ada", &id).await;

    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    assert!(scene.may_watch("ada", FILM_OFFER).await);
    let told = scene.told(&id, &["new"]).await;
    let bought = scene.store().purchase(&id).await.unwrap();
    let bought_at = bought.original_purchase_date.as_second();
    let hours = i64::try_from(FILM_HOURS).unwrap();
    assert_eq!(told[0]["start_date"], bought_at);
    assert_eq!(told[0]["end_date"], bought_at + hours * 3600);
    assert_eq!(told[0]["sku"], FILM);

    scene.happens(&id, Action::Refund).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", FILM_OFFER).await);
    let told = scene.told(&id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
}
