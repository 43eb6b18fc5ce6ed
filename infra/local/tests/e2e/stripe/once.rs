//! What is bought once: a film, for as long as its offer says.

use jiff::SignedDuration;
use local_stack::broadcaster::stripe::{FILM, FILM_HOURS, FILM_OFFER, FILM_PRICE};
use serde_json::json;
use store_simulator::stripe::model::{Action, NewCheckout};

use super::Scene;

#[tokio::test]
async fn a_film_is_open_for_its_hours_and_closed_by_a_refund() {
    let scene = Scene::new().await;
    let bought = scene.bought_as(NewCheckout::rental(FILM_PRICE)).await;

    let body = json!({"checkoutSessionId": bought.session_id()});
    let outcome = scene.hands_over("ada", &body).await;

    assert_eq!(outcome["offerId"], FILM_OFFER, "{outcome}");
    let hours = SignedDuration::from_hours(i64::try_from(FILM_HOURS).unwrap());
    let end = bought.charges[0].created.checked_add(hours).unwrap();
    let told = scene.told(&bought.id, &["new"]).await;
    assert_eq!(told[0]["sku"], FILM);
    assert_eq!(told[0]["end_date"], end.as_second());
    assert!(scene.may_watch("ada", FILM_OFFER).await);

    scene.happens(&bought.id, Action::Refund).await;

    scene.access_becomes("ada", FILM_OFFER, false).await;
    let told = scene.told(&bought.id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
}
