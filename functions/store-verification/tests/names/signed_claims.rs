//! Claims of purchases that the store has signed, while it can't be asked.

use domain::Status;
use jiff::SignedDuration;
use serde_json::json;
use store_simulator::apple::{Forgery, Signing};
use store_simulator::{Faults, LookupFault};

use crate::app_store::AppStore;
use crate::scene::created;

/// Every look-up gets this status.
async fn fails(shop: &AppStore, status: u16) {
    let faults = Faults {
        lookup: vec![LookupFault::status(status)],
        ..Faults::default()
    };
    shop.apple.set_faults(&faults).await.unwrap();
}

#[tokio::test]
async fn apple_s_signed_transaction_decides_a_claim_at_once_and_is_confirmed_later() {
    for status in [429, 503] {
        let shop = AppStore::start().await;
        let (scene, body) = (&shop.scene, shop.signed(&Signing::default()).await);
        fails(&shop, status).await;

        assert_eq!(scene.claims(1, "ada", &body).await, created(), "{status}");

        let stored = scene.stored(&shop.id).await.unwrap();
        assert_eq!(stored.subscription.state.status, Status::Active);
        let due_in = stored.due_at.unwrap().duration_since(cloud::clock::now());
        assert!(due_in < SignedDuration::from_mins(2), "{due_in}");
        // Apple's answer decides in the end.
        shop.apple.set_faults(&Faults::default()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        shop.ends().await;
        let ended = scene.subscription(&shop.id).await;
        assert!(ended.state.status.is_ended());
    }
}

#[tokio::test]
async fn what_apple_has_not_signed_or_not_lately_waits_for_its_answer() {
    let old = json!((cloud::clock::now() - SignedDuration::from_hours(2)).as_millisecond());
    for signing in [
        Signing::forged(Forgery::OwnRoot),
        Signing::default().with("bundleId", json!("com.example.other")),
        Signing::default().with("signedDate", old),
    ] {
        let shop = AppStore::start().await;
        let (scene, body) = (&shop.scene, shop.signed(&signing).await);
        fails(&shop, 429).await;
        let claim = scene.submits(1, "ada", &body, 0).await;
        assert_eq!(scene.verify(&[claim]).await, 1);
        assert_eq!(scene.ended(1).await, None);
    }
}

#[tokio::test]
async fn refused_credentials_decide_nothing() {
    let shop = AppStore::start().await;
    let (scene, body) = (&shop.scene, shop.signed(&Signing::default()).await);
    fails(&shop, 401).await;
    let claim = scene.submits(1, "ada", &body, 0).await;
    assert_eq!(scene.verify(&[claim]).await, 0);
    assert_eq!(scene.ended(1).await, None);
}
