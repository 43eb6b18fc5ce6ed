//! A store that does not answer, or refuses us.

use local_stack::broadcaster::MONTHLY_OFFER;
use reqwest::Method;
use serde_json::json;
use store_simulator::{FaultKind, Faults, LookupFault};

use crate::story::{
    SOON, beacon_types, bought, broadcaster, claim, claimed, has_status, may_watch, time_limit,
    within,
};

fn lookups(fault: LookupFault) -> Faults {
    Faults {
        lookup: vec![fault],
        ..Faults::default()
    }
}

#[tokio::test]
async fn a_claim_waits_for_an_outage_to_end() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let outage = lookups(LookupFault::status(500).times(2));
    broadcaster.vizio().set_faults(&outage).await.unwrap();

    let correlation = broadcaster.submit("ada", &purchase).await.unwrap();
    let path = format!("/vizio/purchase-status?correlationId={correlation}");
    let first = broadcaster
        .call_as("ada", Method::GET, &path, None)
        .await
        .unwrap();
    assert_eq!(first.body["status"], "pending");

    let outcome = broadcaster
        .outcome("ada", &correlation, time_limit(SOON))
        .await
        .unwrap();
    assert_eq!(outcome["status"], "success");
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_throttling_store_is_given_the_time_it_asks_for() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let throttled = FaultKind::Status {
        status: 429,
        retry_after: Some(2),
    };
    let faults = lookups(LookupFault::always(throttled).times(1));
    broadcaster.vizio().set_faults(&faults).await.unwrap();

    let outcome = claim(&broadcaster, "ada", &purchase).await;
    assert_eq!(outcome["status"], "success");
    let calls = broadcaster.vizio().calls().await.unwrap();
    assert_eq!(calls.lookups.total, 2);
}

#[tokio::test]
async fn an_outage_takes_nobody_s_access() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let outage = lookups(LookupFault::status(500).times(2));
    broadcaster.vizio().set_faults(&outage).await.unwrap();

    broadcaster.vizio().renew(&purchase).await.unwrap();
    broadcaster.vizio().flush(SOON).await.unwrap();
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);

    beacon_types(&broadcaster, &purchase, &["new", "renew"]).await;
}

#[tokio::test]
async fn the_end_that_a_store_signed_counts_while_it_cannot_be_asked() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let outage = lookups(LookupFault::status(500));
    broadcaster.vizio().set_faults(&outage).await.unwrap();

    broadcaster.vizio().expire(&purchase).await.unwrap();

    has_status(&broadcaster, "ada", "expired").await;
}

#[tokio::test]
async fn refused_credentials_leave_the_claim_pending_and_everybody_s_access() {
    let broadcaster = broadcaster().await;
    claimed(&broadcaster, "ada").await;
    let refused = lookups(LookupFault::status(401));
    broadcaster.vizio().set_faults(&refused).await.unwrap();

    let purchase = bought(&broadcaster).await;
    let correlation = broadcaster.submit("bob", &purchase).await.unwrap();
    within(SOON, "the store was asked", async || {
        let calls = broadcaster.vizio().calls().await.unwrap();
        calls
            .lookups
            .by_subscription
            .contains_key(&purchase)
            .then_some(())
    })
    .await;

    let path = format!("/vizio/purchase-status?correlationId={correlation}");
    let status = broadcaster
        .call_as("bob", Method::GET, &path, None)
        .await
        .unwrap();
    assert_eq!(status.body["status"], json!("pending"));
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}
