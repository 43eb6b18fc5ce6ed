//! What the schedule heals. The tests move a due date, not the clock, and invoke the function.

use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::json;
use store_simulator::{Chance, DeliveryFaults, Faults, LookupFault};

use crate::due::{deferred, make_due, reconcile};
use crate::story::{SOON, beacon_types, bought, broadcaster, claimed, eventually, may_watch};

#[tokio::test]
async fn a_lost_notification_is_made_up_for() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&lost).await.unwrap();
    broadcaster.vizio().renew(&purchase).await.unwrap();

    assert_eq!(make_due(&broadcaster, "subscriptions").await, 1);
    reconcile().await;

    beacon_types(&broadcaster, &purchase, &["new", "renew"]).await;
}

#[tokio::test]
async fn a_claim_that_the_store_could_not_answer_succeeds_later() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let refused = Faults {
        lookup: vec![LookupFault::status(401)],
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&refused).await.unwrap();
    let correlation = broadcaster.submit("ada", &purchase).await.unwrap();
    eventually("the store was asked", async || {
        let calls = broadcaster.vizio().calls().await.unwrap();
        (calls.lookups.total > 0).then_some(())
    })
    .await;
    broadcaster.vizio().clear_faults().await.unwrap();

    eventually("it is put off", async || {
        let deferrals = deferred(&broadcaster, "purchases").await;
        (deferrals.len() == 1).then_some(())
    })
    .await;
    assert_eq!(make_due(&broadcaster, "purchases").await, 1);
    reconcile().await;

    let outcome = broadcaster
        .outcome("ada", &correlation, SOON)
        .await
        .unwrap();
    assert_eq!(outcome["status"], json!("success"));
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    // What has its answer is no longer due.
    assert_eq!(make_due(&broadcaster, "purchases").await, 0);
}
