//! What is bought once.

use jiff::{SignedDuration, Timestamp};
use local_stack::broadcaster::android::{FILM, FILM_HOURS, FILM_OFFER, film};
use serde_json::{Value, json};
use store_simulator::android::model::{OneTimeAction, OneTimeOptions};

use super::Scene;
use crate::story::eventually;

impl Scene {
    /// One whose broadcaster lends a film besides.
    async fn lending() -> Self {
        let scene = Self::new().await;
        let broadcaster = &scene.broadcaster;
        broadcaster.lends_films_on_android().await.unwrap();
        scene
    }

    /// The token of a film that was just bought, and when.
    async fn bought_film(&self) -> (String, Timestamp) {
        let sold = self.store().buy_once(&film()).await.unwrap().purchase;
        let token = sold.purchase_token.to_string();
        self.broadcaster.confidential.note(&token).unwrap();
        (token, sold.completed_at.unwrap())
    }

    async fn film_is_acknowledged(&self, token: &str) {
        eventually("the film is acknowledged", async || {
            let film = self.store().one_time_purchase(token).await.unwrap();
            film.acknowledged.then_some(())
        })
        .await;
    }

    async fn film_is_paid_back(&self, token: &str) {
        let refund = OneTimeAction::Refund;
        self.store().plainly_once(token, refund).await.unwrap();
    }
}

#[tokio::test]
async fn a_film_is_there_for_48_hours_and_gone_with_the_money() {
    let scene = Scene::lending().await;
    let (token, bought_at) = scene.bought_film().await;

    // The app does not say what it is: Google does.
    let outcome = scene.submits("ada", &token).await;

    assert_eq!(outcome["offerId"], FILM_OFFER, "{outcome}");
    let window = SignedDuration::from_hours(i64::try_from(FILM_HOURS).unwrap());
    let ends = (bought_at + window).as_second();
    let entitlement = scene.broadcaster.entitlement("ada", FILM_OFFER);
    let entitlement = entitlement.await.unwrap();
    assert_eq!(entitlement["accessGranted"], true);
    assert_eq!(entitlement["expiresAt"], ends);
    let told = scene.told(&token, &["new"]).await;
    assert_eq!(told[0]["start_date"], bought_at.as_second());
    assert_eq!(told[0]["end_date"], ends);
    assert_eq!(told[0]["sku"], FILM);
    assert_eq!(scene.subscription("ada").await["autoRenew"], false);
    scene.film_is_acknowledged(&token).await;

    scene.film_is_paid_back(&token).await;

    let told = scene.told(&token, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
    assert_ne!(told[1]["end_date"], Value::Null);
    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", FILM_OFFER).await);
}

#[tokio::test]
async fn a_film_that_was_paid_back_is_gone_though_the_store_still_shows_it_as_bought() {
    let scene = Scene::lending().await;
    let (token, _) = scene.bought_film().await;
    let mut body = scene.payment(FILM_OFFER, &token);
    body["receipt"]["purchaseType"] = json!("oneTime");
    let outcome = scene.pays_with("ada", body).await;
    assert_eq!(outcome["status"], "success", "{outcome}");
    assert!(scene.may_watch("ada", FILM_OFFER).await);

    let shown = OneTimeOptions::showing("PURCHASED");
    let set = OneTimeAction::SetState;
    scene.store().act_once(&token, set, &shown).await.unwrap();
    scene.film_is_paid_back(&token).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", FILM_OFFER).await);
    scene.told(&token, &["new", "cancel"]).await;
}
