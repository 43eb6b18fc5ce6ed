//! Money that is returned.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::roku::model::{Action, Options};

use super::Scene;

#[tokio::test]
async fn a_refund_alone_keeps_access_and_one_with_a_cancellation_ends_it() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let asked = scene.times_asked(&id).await;

    let partly = Options::of_amount("1.00");
    scene.happens_with(&id, Action::Refund, partly).await;

    scene.asked_again(&id, asked).await;
    scene.is("ada", "active").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    let unauthorized = Options {
        unauthorized: true,
        ..Options::default()
    };
    scene.happens_with(&id, Action::Refund, unauthorized).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
}
