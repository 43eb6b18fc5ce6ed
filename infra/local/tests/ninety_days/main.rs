//! Three thousand subscriptions of Google Play over ninety days, in the process: what the store does,
//! its notifications late, doubled, out of order and some of them lost, our rules, and a receiver
//! that knows nothing but the Beacon notifications.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the whole crate is tests: what can't be done fails the test"
)]

mod bundle;
mod chance;
mod life;
mod store;

use std::collections::BTreeMap;

use domain::{BroadcasterSettings, Timestamp, beacon};
use local_stack::endpoint::{Received, view};

use chance::Chance;
use life::Life;

const SUBSCRIPTIONS: u64 = 3_000;

#[test]
fn the_table_and_the_receiver_s_view_equal_the_store_s_truth() {
    let half = SUBSCRIPTIONS / 2;
    let (mut lives, others) = std::thread::scope(|scope| {
        let other = scope.spawn(|| (half..SUBSCRIPTIONS).map(Life::lived).collect::<Vec<_>>());
        let lives: Vec<_> = (0..half).map(Life::lived).collect();
        (lives, other.join().unwrap())
    });
    lives.extend(others);
    let lost: usize = lives.iter().map(|life| life.lost).sum();
    let published: usize = lives.iter().map(|life| life.published).sum();
    let share = lost * 100 / published;
    assert!((8..=12).contains(&share), "{lost} of {published} were lost");

    for life in &lives {
        life.assert_table_is_true();
    }
    let view = rebuilt(&lives);
    for life in &lives {
        assert_agrees(life, &view);
    }
    assert_varied(&lives);
}

/// What the receiver makes of all notifications, in no order: the purchases of each customer.
fn rebuilt(lives: &[Life]) -> BTreeMap<String, Vec<view::Purchase>> {
    let settings = BroadcasterSettings::default();
    let mut received: Vec<Received> = lives
        .iter()
        .flat_map(|life| &life.bundle.events)
        .flat_map(|event| beacon::project(event, &settings))
        .map(|notification| Received {
            received_at: Timestamp::UNIX_EPOCH,
            message_id: String::new(),
            topic_arn: String::new(),
            attributes: None,
            message: serde_json::to_value(notification).unwrap(),
        })
        .collect();
    Chance::new(7).shuffle(&mut received);
    let doubled = received[..received.len() / 2].to_vec();
    received.extend(doubled);
    let view = view::rebuild(&received, Timestamp::UNIX_EPOCH);
    assert!(view.unreadable.is_empty() && view.parked.is_empty());
    let mut by_customer = BTreeMap::<_, Vec<_>>::new();
    for purchase in view.purchases {
        let customer = purchase.external_user_id.clone();
        by_customer.entry(customer).or_default().push(purchase);
    }
    by_customer
}

/// The receiver lets a customer watch what the table says, and nothing else.
fn assert_agrees(life: &Life, view: &BTreeMap<String, Vec<view::Purchase>>) {
    let customer = life.customer();
    let held: BTreeMap<String, String> = life
        .bundle
        .subscriptions()
        .filter(|subscription| subscription.access_granted(life.now))
        .map(|subscription| {
            let transaction = subscription.transaction_id().as_str().to_owned();
            (transaction, subscription.state.product_id.clone())
        })
        .collect();
    let known = view.get(&customer).into_iter().flatten();
    let seen: BTreeMap<String, String> = known
        .filter(|one| one.grants_access(life.now))
        .map(|one| (one.transaction_id.clone(), one.sku.clone()))
        .collect();
    assert_eq!(seen, held, "{customer} at {}", life.now);
}

/// The lives had all that can happen in them: a run in which hardly anything happens shows nothing.
fn assert_varied(lives: &[Life]) {
    let mut counts = BTreeMap::<String, usize>::new();
    for event in lives.iter().flat_map(|life| &life.bundle.events) {
        *counts.entry(format!("{:?}", event.kind)).or_default() += 1;
    }
    for kind in [
        "Purchased",
        "Renewed",
        "TrialConverted",
        "Cancelled",
        "Reactivated",
        "GraceEntered",
        "OnHold",
        "Recovered",
        "Paused",
        "Resumed",
        "Expired",
        "Refunded",
        "PlanChangeScheduled",
        "PlanChanged",
        "Revived",
    ] {
        let count = counts.get(kind).copied().unwrap_or_default();
        assert!(count >= 15, "{kind}: {count} of {counts:?}");
    }
    let access = lives.iter().filter(|life| life.grants()).count();
    assert!(
        (600..2_850).contains(&access),
        "{access} may watch at the end"
    );
}
