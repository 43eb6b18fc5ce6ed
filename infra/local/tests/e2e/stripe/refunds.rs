//! Refunds and disputes: their events name a payment, which leads to the subscription.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::stripe::model::{Action, Options};

use super::{Scene, early};
use crate::story::eventually;

#[tokio::test]
async fn access_ends_with_a_refund_in_full_and_with_a_lost_dispute() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    let in_part = Options {
        amount: Some(100),
        ..early()
    };
    scene.happens_with(&id, Action::Refund, in_part).await;
    scene.delivered().await;
    let refunded = scene.happens(&id, Action::Refund).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "cancel"]).await;
    let at = refunded.refunds[1].created.as_second();
    assert_eq!(told[1]["end_date"], at);
    assert_eq!(told[1]["cancellation_date"], at);

    scene.happens(&id, Action::FailRefund).await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    scene.told(&id, &["new", "cancel", "new"]).await;

    // It goes on; now the customer's bank asks for the money.
    let asked = scene.times_asked(&id).await;
    scene.happens(&id, Action::Dispute).await;
    eventually("the store was asked", async || {
        (scene.times_asked(&id).await > asked).then_some(())
    })
    .await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.happens(&id, Action::LoseDispute).await;

    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    let told = scene.told(&id, &["new", "cancel", "new", "cancel"]).await;
    assert_eq!(told[3]["end_date"], told[3]["cancellation_date"]);
}
