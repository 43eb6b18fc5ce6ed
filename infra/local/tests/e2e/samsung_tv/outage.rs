//! Samsung does not answer for a while. What it would say is then asked for again, not all at once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::samsung_tv::Action;
use store_simulator::{Faults, LookupFault};

use super::{broadcaster, claimed, happens, invoice, is_looked_at};
use crate::due::{deferred, make_due, reconcile};
use crate::story::{beacon_types, eventually, has_status, may_watch};

const CUSTOMERS: [&str; 6] = ["ada", "bob", "eve", "kim", "lee", "mia"];

#[tokio::test]
async fn takes_nobody_s_access_and_spreads_what_comes_after_it() {
    let broadcaster = broadcaster().await;
    let mut purchases = Vec::new();
    for customer in CUSTOMERS {
        purchases.push(claimed(&broadcaster, customer).await);
    }
    let outage = Faults {
        lookup: vec![LookupFault::status(503)],
        ..Faults::default()
    };
    broadcaster.samsung_tv().set_faults(&outage).await.unwrap();
    happens(&broadcaster, Action::Cancel, &purchases[0]).await;

    assert_eq!(
        make_due(&broadcaster, "subscriptions").await,
        CUSTOMERS.len()
    );
    reconcile().await;

    let waiting = eventually("all are put off", async || {
        let waiting = deferred(&broadcaster, "subscriptions").await;
        (waiting.len() == CUSTOMERS.len()).then_some(waiting)
    })
    .await;
    for customer in CUSTOMERS {
        assert!(may_watch(&broadcaster, customer, MONTHLY_OFFER).await);
        has_status(&broadcaster, customer, "active").await;
    }
    let due: BTreeSet<Timestamp> = waiting
        .iter()
        .map(|item| item["due_at"].as_s().unwrap().parse().unwrap())
        .collect();
    assert_eq!(due.len(), CUSTOMERS.len(), "two come back at once: {due:?}");

    broadcaster.samsung_tv().clear_faults().await.unwrap();
    is_looked_at(&broadcaster, &purchases[0]).await;
    beacon_types(&broadcaster, invoice(&purchases[0]), &["new", "cancel"]).await;
}
