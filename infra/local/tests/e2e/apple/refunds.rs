//! Money back.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::apple::model::{Action, Options};
use store_simulator::{Faults, LookupFault};

use super::{Scene, early};

#[tokio::test]
async fn only_the_refund_of_the_running_period_ends_access() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let renewed = scene.happens_with(&id, Action::Renew, &early()).await;
    scene.told(&id, &["new", "renew"]).await;
    let periods = &renewed.transactions;
    assert_eq!(periods.len(), 2, "{renewed:?}");
    let refund = |transaction: &str| Options {
        transaction_id: Some(transaction.to_owned()),
        ..early()
    };

    let asked = scene.times_asked(&id).await;
    let older = refund(&periods[0].transaction_id);
    scene.happens_with(&id, Action::Refund, &older).await;
    scene.asked_again(&id, asked).await;
    scene.delivered().await;
    scene.is("ada", "active").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    let running = refund(&periods[1].transaction_id);
    scene.happens_with(&id, Action::Refund, &running).await;
    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "renew", "cancel"]).await;
    assert_eq!(told[2]["end_date"], told[2]["cancellation_date"]);

    // The customer's bank decides otherwise.
    scene.happens(&id, Action::ReverseRefund).await;
    scene.is("ada", "active").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&id, &["new", "renew", "cancel", "new"]).await;
}

#[tokio::test]
async fn a_refund_counts_also_while_apple_does_not_answer() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    // What was seen last is older.
    scene.store().advance_clock(60).await.unwrap();
    let outage = Faults {
        lookup: vec![LookupFault::status(503)],
        ..Faults::default()
    };
    scene.store().set_faults(&outage).await.unwrap();

    scene.happens(&id, Action::Refund).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&id, &["new", "cancel"]).await;
}
