//! A notice that comes before any claim.

use local_stack::broadcaster::{MONTHLY_OFFER, MONTHLY_PLAN};
use store_simulator::vizio::NewSubscription;

use crate::story::{SOON, beacon, beacon_types, broadcaster, claim, eventually, may_watch, unique};

#[tokio::test]
async fn grants_and_announces_nothing_until_a_customer_claims_it() {
    let broadcaster = broadcaster().await;
    let purchase = format!("vzs-{}", unique());
    let wanted = NewSubscription::of_plan(MONTHLY_PLAN).with_id(&purchase);
    broadcaster.vizio().buy(&wanted).await.unwrap();
    broadcaster.vizio().flush(SOON).await.unwrap();
    eventually("the store was asked", async || {
        let calls = broadcaster.vizio().calls().await.unwrap();
        (calls.lookups.total > 0).then_some(())
    })
    .await;
    assert!(beacon(&broadcaster, &purchase).await.is_empty());

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["result"], "SubscriptionCreated");
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    beacon_types(&broadcaster, &purchase, &["new"]).await;
}
