//! Purchases that the store takes back.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::android::CustomPush;
use store_simulator::android::model::{Action, Options};

use super::Scene;
use crate::story::eventually;

#[tokio::test]
async fn a_revocation_ends_access_at_once() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;

    scene.happens(&token, Action::Revoke).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&token, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
}

#[tokio::test]
async fn a_voided_payment_ends_access_even_while_the_store_still_says_active() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let stale = Options {
        stale: true,
        ..Options::default()
    };

    scene.happens_with(&token, Action::Void, &stale).await;

    scene.is("ada", "revoked").await;
    scene.delivered().await;
    let asked = scene.times_asked(&token).await;
    // A look that still reads active brings nothing back.
    let again = CustomPush::of_type(2, token.as_str());
    scene.store().notify(&again).await.unwrap();
    eventually("the store is asked again", async || {
        (scene.times_asked(&token).await > asked).then_some(())
    })
    .await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&token, &["new", "cancel"]).await;
}

#[tokio::test]
async fn a_payment_that_was_voided_and_not_taken_away_in_the_store_ends_access_too() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let only_told = Options {
        revoke: false,
        ..Options::default()
    };

    scene.happens_with(&token, Action::Void, &only_told).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&token, &["new", "cancel"]).await;
}

#[tokio::test]
async fn an_older_payment_that_is_voided_takes_nothing() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let first = scene.store().purchase(&token).await.unwrap().order_id;
    scene.happens(&token, Action::Renew).await;
    scene.told(&token, &["new", "renew"]).await;
    let asked = scene.times_asked(&token).await;
    let older = Options {
        order_id: Some(first),
        revoke: false,
        ..Options::default()
    };

    scene.happens_with(&token, Action::Void, &older).await;

    eventually("the store is asked", async || {
        (scene.times_asked(&token).await > asked).then_some(())
    })
    .await;
    scene.is("ada", "active").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}
