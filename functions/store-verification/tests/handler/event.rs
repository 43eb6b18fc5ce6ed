//! The invocation event: one message of each cause.

use domain::Status;
use in_process_aws::{CUSTOMER, Purchase, event, event_names};

use crate::scene;

const CORRELATION: u128 = 0x0d4a3a0e_5b6f_4c0e_8f0a_6a7a54c0b0d1;

#[tokio::test]
async fn a_claim_a_notification_and_a_check_are_carried_out() {
    let scene = scene().await;
    for key in ["vzs-88120044", "vzs-88120045", "vzs-88120046"] {
        scene.store.sells(key);
    }
    let mut cancelled = crate::store::active("vzs-88120045");
    cancelled.body["data"]["status"] = serde_json::json!("CANCELED");
    cancelled.body["data"]["autoRenew"] = serde_json::json!(false);
    scene.store.reply("vzs-88120045", cancelled);
    scene.submit(CORRELATION, "vzs-88120044", CUSTOMER, 1).await;
    let table = scene.subscriptions();
    for key in ["vzs-88120045", "vzs-88120046"] {
        let purchase = Purchase::claimed(key, "ada");
        let locator = purchase.locator();
        table
            .write(&purchase.change(&locator), Vec::new())
            .await
            .unwrap();
    }
    let batch = event("store-verification/batch");

    let again = scene.deliver(serde_json::from_value(batch).unwrap()).await;

    assert_eq!(again, [""; 0]);
    assert_eq!(scene.store.asked().len(), 3);
    assert_eq!(
        scene.holder("vzs-88120044").await.as_deref(),
        Some(CUSTOMER)
    );
    assert!(scene.ended(CORRELATION).await.unwrap().is_ok());
    let status = async |key: &str| scene.stored(key).await.unwrap().subscription.state.status;
    assert_eq!(status("vzs-88120045").await, Status::Cancelled);
    assert_eq!(status("vzs-88120046").await, Status::Active);
}

#[test]
fn every_event_is_used() {
    assert_eq!(event_names("store-verification"), ["batch"]);
}
