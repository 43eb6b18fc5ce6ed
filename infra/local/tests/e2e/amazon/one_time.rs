//! What is bought once: to rent, or to keep.

use domain::FOREVER;
use jiff::{SignedDuration, Timestamp};
use local_stack::broadcaster::amazon::{
    FILM, FILM_OFFER, RENTAL, RENTAL_HOURS, RENTAL_OFFER, tested,
};
use serde_json::json;
use store_simulator::amazon::model::Action;

use super::Scene;

#[tokio::test]
async fn what_is_bought_once_lasts_as_its_offer_says_and_not_beyond_a_refund() {
    let scene = Scene::new().await;
    let window = SignedDuration::from_hours(RENTAL_HOURS);
    let receipt = scene.bought_as(tested(RENTAL)).await;
    let ends = (receipt.purchased_at + window).as_second();

    let outcome = scene.submits("ada", &receipt).await;

    assert_eq!(outcome["offerId"], RENTAL_OFFER, "{outcome}");
    let entitlement = scene.broadcaster.entitlement("ada", RENTAL_OFFER);
    let entitlement = entitlement.await.unwrap();
    assert_eq!(entitlement["accessGranted"], true);
    assert_eq!(entitlement["expiresAt"], ends);
    let told = scene.told(&receipt.receipt_id, &["new"]).await;
    assert_eq!(told[0]["end_date"], ends);
    assert_eq!(told[0]["sku"], RENTAL);
    assert!(!scene.may_watch("ada", FILM_OFFER).await);

    scene.happens(&receipt, Action::CancelOrder).await;

    let told = scene.told(&receipt.receipt_id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
    assert!(!scene.may_watch("ada", RENTAL_OFFER).await);

    let long_ago = Timestamp::now() - window - SignedDuration::from_mins(1);
    let changes = json!({ "clockStart": long_ago });
    scene.store().reconfigure(&changes).await.unwrap();
    let over = scene.bought(RENTAL).await;
    let outcome = scene.submits("bob", &over).await;
    assert_eq!(outcome["error"]["code"], "PURCHASE_EXPIRED", "{outcome}");
    assert!(!scene.may_watch("bob", RENTAL_OFFER).await);

    let film = scene.bought(FILM).await;
    let outcome = scene.submits("bob", &film).await;
    assert_eq!(outcome["offerId"], FILM_OFFER, "{outcome}");
    let entitlement = scene.broadcaster.entitlement("bob", FILM_OFFER);
    let entitlement = entitlement.await.unwrap();
    assert_eq!(entitlement["expiresAt"], FOREVER.as_second());
    scene.told(&film.receipt_id, &["new"]).await;

    scene.happens(&film, Action::CancelByAmazon).await;

    let told = scene.told(&film.receipt_id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
    assert!(!scene.may_watch("bob", FILM_OFFER).await);
}
