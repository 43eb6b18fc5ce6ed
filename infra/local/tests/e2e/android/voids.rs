//! Purchases that the store takes back.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::android::CustomPush;
use store_simulator::android::model::{Action, Options};

use super::Scene;
use crate::story::eventually;

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
