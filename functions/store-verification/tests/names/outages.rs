//! What is told while a store is out of order is not lost.

use domain::{Status, VoidedPayment};
use store_simulator::android::model::{Action, NewPurchase};
use store_simulator::{Faults, LookupFault};

use crate::google_play::{GooglePlay, submission};
use crate::scene::seconds_ago;

async fn down(shop: &GooglePlay) {
    let faults = Faults {
        lookup: vec![LookupFault::status(503)],
        ..Faults::default()
    };
    shop.play.set_faults(&faults).await.unwrap();
}

async fn up_again(shop: &GooglePlay) {
    shop.play.clear_faults().await.unwrap();
    let deferred = shop.scene.deferred().await;
    assert_eq!(deferred.len(), 1);
    assert_eq!(shop.scene.verify(&deferred).await, 0);
    assert!(shop.scene.deferred().await.is_empty());
}

/// A purchase whose predecessor is not stored, and whose predecessor's predecessor Ada holds, while
/// Google can't be asked about the one between.
async fn missing_link() -> GooglePlay {
    let shop = GooglePlay::start().await;
    shop.claimed("first", "ada").await;
    shop.replaces("first", "second", Action::Replace, "premium")
        .await;
    shop.does("second", Action::Acknowledge).await;
    shop.replaces("second", "third", Action::Replace, "basic")
        .await;
    let of_second = LookupFault {
        subscription_id: Some("second".to_owned()),
        ..LookupFault::status(503)
    };
    let faults = Faults {
        lookup: vec![of_second],
        ..Faults::default()
    };
    shop.play.set_faults(&faults).await.unwrap();
    shop
}

#[tokio::test]
async fn a_change_of_plan_during_an_outage_is_carried_out_after_it() {
    let shop = GooglePlay::start().await;
    shop.claimed("old", "ada").await;
    shop.replaces("old", "new", Action::Replace, "premium")
        .await;
    down(&shop).await;
    let told = shop.scene.notification(&submission("new"), None);
    assert_eq!(shop.scene.verify_last(&[told]).await, 0);
    assert!(shop.scene.stored("new").await.is_none());

    up_again(&shop).await;

    let after = shop.scene.subscription("new").await;
    assert_eq!(after.ownership.customer_id.unwrap().as_str(), "ada");
    assert_eq!(after.state.product_id, "premium");
    assert!(shop.scene.leads("old", "new").await);
    assert!(shop.play.purchase("new").await.unwrap().acknowledged);
}

#[tokio::test]
async fn a_payment_taken_back_during_an_outage_counts_after_it() {
    let shop = GooglePlay::start().await;
    shop.claimed("token", "ada").await;
    let bought = shop.play.purchase("token").await.unwrap();
    let void = VoidedPayment {
        order_id: Some(bought.latest_order_id().to_owned()),
        at: seconds_ago(1),
    };
    down(&shop).await;
    let told = shop.scene.notification(&submission("token"), Some(void));
    assert_eq!(shop.scene.verify_last(&[told]).await, 0);
    let before = shop.scene.subscription("token").await;
    assert_eq!(before.state.status, Status::Active, "nothing is concluded");

    up_again(&shop).await;

    let after = shop.scene.subscription("token").await;
    assert_eq!(after.state.status, Status::Revoked);
}

#[tokio::test]
async fn a_link_that_cannot_be_asked_for_puts_a_notification_off() {
    let shop = missing_link().await;
    let told = shop.scene.notification(&submission("third"), None);
    assert_eq!(shop.scene.verify(std::slice::from_ref(&told)).await, 1);
    assert_eq!(shop.scene.verify_last(&[told]).await, 0);

    up_again(&shop).await;

    let after = shop.scene.subscription("third").await;
    assert_eq!(after.ownership.customer_id.unwrap().as_str(), "ada");
}

#[tokio::test]
async fn a_link_that_cannot_be_asked_for_puts_a_claim_off() {
    let shop = missing_link().await;
    let claim = shop.scene.submits(1, "ada", &submission("third"), 0).await;
    assert_eq!(
        shop.scene.verify_last(std::slice::from_ref(&claim)).await,
        0
    );
    assert_eq!(shop.scene.ended(1).await, None);
    assert!(shop.scene.deferred().await.is_empty());
    assert!(shop.scene.due_in("purchases") > 0);

    shop.play.clear_faults().await.unwrap();
    assert_eq!(shop.scene.verify(&[claim]).await, 0);
    assert!(matches!(shop.scene.ended(1).await, Some(Ok(_))));
}

#[tokio::test]
async fn a_purchase_that_is_not_paid_yet_is_waited_for_longer_than_a_store_without_an_answer() {
    let shop = GooglePlay::start().await;
    let mut wanted = NewPurchase::of("basic", "monthly").with_token("cash");
    wanted.pending = true;
    shop.play.buy(&wanted).await.unwrap();
    let four_days = 4 * 24 * 3600;
    let claim = shop
        .scene
        .submits(1, "ada", &submission("cash"), four_days)
        .await;
    for outage in [false, true] {
        if outage {
            down(&shop).await;
        }
        let again = shop.scene.verify_last(std::slice::from_ref(&claim)).await;
        assert_eq!(again, 0);
        assert_eq!(shop.scene.ended(1).await, None, "{outage}");
    }

    shop.play.clear_faults().await.unwrap();
    shop.does("cash", Action::CompletePending).await;
    assert_eq!(shop.scene.verify(&[claim]).await, 0);
    assert!(matches!(shop.scene.ended(1).await, Some(Ok(_))));
}
