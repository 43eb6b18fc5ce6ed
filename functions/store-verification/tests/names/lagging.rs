//! A store whose answers lag behind what it has signed already.

use cloud::queue::{Verification, VerificationCause};
use domain::validation::ValidationFailure::PurchaseNotFound;
use domain::{PurchaseKey, Reading, Status, Store, StoreSnapshot, StoreState};
use stores::{Alone, Notice};

use crate::app_store::AppStore;
use crate::google_play::{GooglePlay, submission};
use crate::scene::created;

/// `SUBSCRIBED/RESUBSCRIBE` with the whole signed state.
async fn bought_again(shop: &AppStore, state: StoreState) -> Verification {
    let mut message = shop.scene.notification(&shop.body(), None);
    message.locator = shop.scene.stored(&shop.id).await.unwrap().locator;
    message.cause = VerificationCause::Notification {
        id: "1".to_owned(),
        kind: "SUBSCRIBED/RESUBSCRIBE".to_owned(),
        sent_at: Some(message.received_at),
        notice: Some(Box::new(Notice {
            snapshot: StoreSnapshot {
                store: Store::Apple,
                purchase_key: PurchaseKey::new(&*shop.id).unwrap(),
                account: None,
                replaces: None,
                alias: None,
                alternatives: Vec::new(),
                reading: Reading::Known(state),
                unknown_status: None,
                observed_at: message.received_at,
            },
            alone: Alone::AfterGivingUp,
        })),
        voided: None,
    };
    message
}

#[tokio::test]
async fn a_signed_state_newer_than_the_answers_content_counts_and_is_followed_up() {
    let shop = AppStore::start().await;
    assert_eq!(shop.scene.claims(1, "1", &shop.body()).await, created());
    let before = shop.scene.subscription(&shop.id).await.state;
    shop.ends().await;
    let ended = shop.scene.subscription(&shop.id).await;
    assert!(ended.state.status.is_ended());
    let two_months = jiff::SignedDuration::from_hours(60 * 24);
    let signed = StoreState {
        period_end: before.period_end + two_months,
        order_id: Some("700000567890999".to_owned()),
        ..before
    };
    let message = bought_again(&shop, signed.clone()).await;

    assert_eq!(shop.scene.verify(&[message]).await, 0);

    let revived = shop.scene.subscription(&shop.id).await;
    assert_eq!(revived.state.status, Status::Active);
    assert_eq!(revived.state.period_end, signed.period_end);
    assert!(revived.access_granted(jiff::Timestamp::now()));
    let due = shop.scene.stored(&shop.id).await.unwrap().due_at.unwrap();
    assert!(due.duration_since(jiff::Timestamp::now()) < jiff::SignedDuration::from_mins(3));

    // A scheduled look-up that still shows the end does not take the access away.
    let check = shop.scene.check(&shop.id).await;
    assert_eq!(shop.scene.verify(&[check]).await, 0);
    let still = shop.scene.subscription(&shop.id).await;
    assert_eq!(still.state.status, Status::Active);
    assert_eq!(still.sequence, revived.sequence);
}

#[tokio::test]
async fn a_token_that_google_does_not_know_yet_is_asked_for_again_for_minutes() {
    let google = GooglePlay::start().await;
    let scene = &google.scene;
    let early = scene.submits(1, "ada", &submission("token-1"), 0).await;
    assert_eq!(scene.verify(std::slice::from_ref(&early)).await, 1);
    assert_eq!(scene.ended(1).await, None);
    google.buys("token-1").await;
    assert_eq!(scene.verify(&[early]).await, 0);
    assert_eq!(scene.ended(1).await, created());

    let late = scene.submits(2, "ada", &submission("token-2"), 181).await;
    assert_eq!(scene.verify(&[late]).await, 0);
    assert_eq!(scene.ended(2).await, Some(Err(PurchaseNotFound)));
}
