//! Table of subscriptions, and the journal.

use cloud::journal::Journal;
use cloud::subscriptions::{
    Alias, Change, Entry, NextCheck, PurchaseRecord, Retired, Subscriptions,
};
use domain::{Decision, PurchaseKey, Store, Subscription};
use serde_json::Value;

use super::{Tables, text};
use crate::{broadcaster, customer, key, of_store};

const FIXTURE: &str = include_str!("../fixtures/stored/subscriptions.json");

/// Purchase with a former owner and two other keys.
const TRANSFERRED: &str = "vzs-88120044";

async fn started() -> (Tables, Subscriptions, Subscriptions) {
    let tables = Tables::with("subscriptions", FIXTURE).await;
    let before = Subscriptions::from_environment(&tables.before.aws()).unwrap();
    let after = Subscriptions::from_environment(&tables.after.aws()).unwrap();
    (tables, before, after)
}

/// Current items of the fixture, by store and purchase key.
fn purchases(tables: &Tables) -> Vec<(Store, PurchaseKey)> {
    let is_current = |item: &&Value| item["locator"].is_object();
    let named = |item: &Value| {
        let store = serde_json::from_value(text(item, "store").into()).unwrap();
        (store, key(text(&item["subscription"]["M"], "purchaseKey")))
    };
    tables
        .fixture
        .iter()
        .filter(is_current)
        .map(named)
        .collect()
}

/// Writes a purchase to the empty table, with everything that was read.
async fn write_again(table: &Subscriptions, stored: &PurchaseRecord, change: Change<'_>) {
    let due_at = stored.due_at.unwrap();
    let change = Change {
        before: None,
        locator: Some(&stored.locator),
        receipt: stored.receipt.as_ref(),
        next_check: NextCheck::Deferred {
            due_at,
            notice: stored.notice.as_ref(),
        },
        ..change
    };
    table.write(&change, Vec::new()).await.unwrap();
}

async fn alias(table: &Subscriptions, name: &str) -> Alias {
    let entry = table.place(&of_store(Store::Vizio, &key(name))).await;
    match entry.unwrap() {
        Some(Entry::Alias(alias)) => alias,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn purchases_are_read_and_written_unchanged() {
    let (tables, before, after) = started().await;
    for (store, key) in purchases(&tables) {
        let stored = before
            .current(&of_store(store, &key))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stored.deferrals, 1);
        let decision = Decision::keep(stored.subscription.clone());
        let change = Change::unasked(&stored, &decision, stored.subscription.updated_at);
        if key.as_str() != TRANSFERRED {
            write_again(&after, &stored, change).await;
        }
    }
    write_transferred(&before, &after).await;
    tables.assert_unchanged();
}

/// Writes the purchase with a former owner and other keys.
async fn write_transferred(before: &Subscriptions, after: &Subscriptions) {
    let purchase = of_store(Store::Vizio, &key(TRANSFERRED));
    let stored = before.current(&purchase).await.unwrap().unwrap();
    let former = before.generation(&purchase, 1).await.unwrap();
    let mut decision = Decision::keep(stored.subscription.clone());
    decision.former = former;
    let (replaced, shared) = (
        alias(before, "vzs-00000001").await,
        alias(before, "vzs-00000009").await,
    );
    assert_eq!((replaced.replaced, shared.replaced), (true, false));
    assert_eq!((&replaced.to, &shared.to), (&purchase.key, &purchase.key));
    let change = Change {
        retired: &[Retired {
            key: key("vzs-00000001"),
            before: None,
        }],
        alias: Some(&key("vzs-00000009")),
        ..Change::unasked(&stored, &decision, replaced.since)
    };
    write_again(after, &stored, change).await;
}

#[tokio::test]
async fn links_lead_to_the_purchases_of_a_customer() {
    let (_tables, table, _) = started().await;
    let ids = |found: Vec<Subscription>| {
        let ids = found
            .into_iter()
            .map(|found| found.purchase_key.as_str().to_owned());
        ids.collect::<Vec<_>>()
    };
    for (owner, expected) in [
        ("ada", vec![TRANSFERRED]),
        ("bob", vec![TRANSFERRED]),
        (
            "gina",
            vec![
                "sub_1MowQVLkdIwHu7ixeRlqHVzs",
                "pi_3MtwBwLkdIwHu7ix28a3tqPa",
            ],
        ),
    ] {
        let found = table
            .all_of_customer(&broadcaster(), &customer(owner))
            .await;
        assert_eq!(ids(found.unwrap()), expected, "{owner}");
    }
}

#[tokio::test]
async fn due_checks_are_read() {
    let (tables, table, _) = started().await;
    for item in tables
        .fixture
        .iter()
        .filter(|item| item["locator"].is_object())
    {
        let now = "2025-03-07T00:00:00Z".parse().unwrap();
        let shard = text(item, "due_shard");
        let index = table.due_checks();
        let due = index.page(shard, now, 20, None).await.unwrap().due;
        let key = text(&item["locator"]["M"], "key");
        let found = due
            .iter()
            .find(|due| due.content.locator.key.as_str() == key)
            .unwrap();
        let due_at = text(item, "due_at").parse().unwrap();
        assert_eq!(found.since(), Some(due_at));
        let found = &found.content;
        let stored = table
            .current(&of_store(found.store, &found.locator.key))
            .await;
        assert_eq!(found.locator, stored.unwrap().unwrap().locator);
    }
}

#[tokio::test]
async fn the_journal_is_read_and_written_unchanged() {
    let fixture = include_str!("../fixtures/stored/events.json");
    let tables = Tables::with("events", fixture).await;
    let before = Journal::from_environment(&tables.before.aws()).unwrap();
    let after = Journal::from_environment(&tables.after.aws()).unwrap();
    let subscription = text(&tables.fixture[0]["subscription"]["M"], "subscriptionId");
    let id = broadcaster();
    let page = before.events(&id, subscription.parse().unwrap(), 50, None);
    let events = page.await.unwrap().rows;
    after
        .append(&events.iter().collect::<Vec<_>>())
        .await
        .unwrap();
    tables.assert_unchanged();
}
