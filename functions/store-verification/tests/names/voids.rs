//! Payments that the store took back.

use domain::{Status, VoidedPayment};
use store_simulator::android::model::{Action, Options};

use crate::google_play::{GooglePlay, submission};
use crate::scene::seconds_ago;

/// The store takes the last payment back, and its answers go on as if nothing had happened.
async fn voided(shop: &GooglePlay) -> VoidedPayment {
    let bought = shop.play.purchase("token").await.unwrap();
    let stale = Options {
        stale: true,
        ..Options::default()
    };
    shop.play.act("token", Action::Void, &stale).await.unwrap();
    VoidedPayment {
        order_id: Some(bought.latest_order_id().to_owned()),
        at: seconds_ago(1),
    }
}

#[tokio::test]
async fn a_voided_payment_ends_access_although_the_store_still_says_active() {
    let shop = GooglePlay::start().await;
    shop.claimed("token", "ada").await;
    let void = voided(&shop).await;

    let told = shop.scene.notification(&submission("token"), Some(void));
    shop.scene.verify(&[told]).await;
    let after = shop.scene.subscription("token").await;
    assert_eq!(after.state.status, Status::Revoked);
    assert!(!after.access_granted(seconds_ago(0)));

    // A later look sees the same old answer, and changes nothing.
    shop.tells_of("token").await;
    assert_eq!(
        shop.scene.subscription("token").await.state.status,
        Status::Revoked
    );
}

#[tokio::test]
async fn the_word_counts_even_if_the_store_was_asked_since() {
    let shop = GooglePlay::start().await;
    shop.claimed("token", "ada").await;
    let void = voided(&shop).await;
    let mut told = shop.scene.notification(&submission("token"), Some(void));
    told.received_at = seconds_ago(300);

    shop.scene.verify(&[told]).await;

    assert_eq!(
        shop.scene.subscription("token").await.state.status,
        Status::Revoked
    );
}
