//! Many purchases at once, while the store does its worst. That rules, order and repetition bear thousands is shown in
//! the process, by the test of ninety days; here it is the queue, the streams and the functions that must bear them.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use local_stack::broadcaster::{MONTHLY_PLAN, PREMIUM_PLAN};
use serde_json::{Value, json};
use store_simulator::vizio::NewSubscription;
use store_simulator::{DeliveryFaults, FaultKind, Faults, LookupFault};
use tokio::task::JoinSet;

use crate::due::{deferred, make_due, reconcile};
use crate::story::{broadcaster_with, within};

/// Three for each of the 35 ways in which a purchase is made known and then changed.
const PURCHASES: usize = 105;
const LIMIT: Duration = Duration::from_secs(240);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_purchases_end_right_and_the_endpoint_s_view_equals_the_table_s() {
    let broadcaster = broadcaster_with(&json!({"grace": "renew", "dateUnit": "ms"})).await;
    let faults = Faults {
        seed: 105,
        lookup: vec![
            LookupFault::always(FaultKind::Status {
                status: 500,
                retry_after: None,
            })
            .every_nth(5),
        ],
        delivery: DeliveryFaults {
            duplicate: 1,
            reorder: true,
            window_millis: Some(500),
            delay_millis: Some((0, 2_000)),
            ..DeliveryFaults::default()
        },
    };
    broadcaster.vizio().set_faults(&faults).await.unwrap();

    // A look-up that the store has refused three times would wait a minute for its next one.
    let waits = broadcaster.clone();
    let schedule = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(3)).await;
            for table in ["purchases", "subscriptions"] {
                if !deferred(&waits, table).await.is_empty() {
                    make_due(&waits, table).await;
                    reconcile().await;
                }
            }
        }
    });

    let mut work = JoinSet::new();
    // The local AWS is one process: with more at once, a submission takes longer than its function may.
    let turn = std::sync::Arc::new(tokio::sync::Semaphore::new(6));
    for number in 0..PURCHASES {
        let (broadcaster, turn) = (broadcaster.clone(), turn.clone());
        work.spawn(async move {
            let _turn = turn.acquire().await.unwrap();
            let purchase = format!("vzs-{number}-{}", broadcaster.id);
            let customer = format!("customer-{number}");
            // A part of them is notified before anybody claims them.
            let wanted = NewSubscription::of_plan(MONTHLY_PLAN).with_id(&purchase);
            let wanted = if number % 5 == 0 {
                wanted
            } else {
                wanted.silently()
            };
            broadcaster.vizio().buy(&wanted).await.unwrap();
            let claim = broadcaster.submit(&customer, &purchase).await.unwrap();
            let store = &broadcaster.vizio();
            match number % 7 {
                0 => drop(store.renew(&purchase).await.unwrap()),
                1 => drop(store.cancel(&purchase).await.unwrap()),
                2 => {
                    store.cancel(&purchase).await.unwrap();
                    store.reactivate(&purchase).await.unwrap();
                }
                3 => drop(store.upgrade(&purchase, PREMIUM_PLAN).await.unwrap()),
                4 => drop(store.fail(&purchase, Some(90 * 86_400)).await.unwrap()),
                5 => {
                    let thief = format!("customer-{number}-b");
                    broadcaster.submit(&thief, &purchase).await.unwrap();
                }
                _ => {
                    // What is refunded before it is claimed can't be claimed any more.
                    broadcaster.outcome(&customer, &claim, LIMIT).await.unwrap();
                    store.refund(&purchase).await.unwrap();
                }
            }
        });
    }
    while let Some(done) = work.join_next().await {
        done.unwrap();
    }
    broadcaster
        .vizio()
        .flush(Duration::from_secs(120))
        .await
        .unwrap();

    within(LIMIT, "store, table and view agree", async || {
        let found = disagreements(&broadcaster).await;
        if let Some(first) = found.first() {
            println!("{} disagreements, the first: {first}", found.len());
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        found.is_empty().then_some(())
    })
    .await;
    schedule.abort();
}

/// Where the store, our table and the endpoint's view, rebuilt from notifications alone, differ.
async fn disagreements(broadcaster: &local_stack::broadcaster::Broadcaster) -> Vec<String> {
    let now = Timestamp::now();
    let view = broadcaster
        .endpoint
        .view(&broadcaster.beacon_feed())
        .await
        .unwrap();
    let viewed: HashMap<(String, String), _> = view
        .purchases
        .into_iter()
        .map(|p| ((p.transaction_id.clone(), p.external_user_id.clone()), p))
        .collect();
    let mut found = Vec::new();
    let all = table(broadcaster).await;
    for stored in &all {
        let purchase = stored["purchaseKey"].as_str().unwrap().to_owned();
        let Some(customer) = stored["customerId"].as_str() else {
            found.push(format!("{purchase} has no owner"));
            continue;
        };
        let parsed: domain::Subscription = serde_json::from_value(stored.clone()).unwrap();
        let granted = parsed.access_granted(now);
        let Some(seen) = viewed.get(&(purchase.clone(), customer.to_owned())) else {
            found.push(format!("{purchase} of {customer} was never announced"));
            continue;
        };
        let store = broadcaster.vizio().purchase(&purchase).await.unwrap();
        if seen.grants_access(now) != granted || seen.sku != parsed.state.product_id {
            found.push(format!(
                "{purchase} of {customer}: told {seen:?}, is {:?}",
                parsed.state
            ));
        }
        if store.plan_code != parsed.state.product_id
            || store.current_period_end != parsed.state.period_end && granted
        {
            found.push(format!(
                "{purchase}: the store says {store:?}, we {:?}",
                parsed.state
            ));
        }
        let others = viewed.values().filter(|other| {
            other.transaction_id == purchase
                && other.external_user_id != customer
                && other.grants_access(now)
        });
        if others.count() > 0 {
            found.push(format!("{purchase} serves two customers"));
        }
    }
    if all.len() != PURCHASES {
        found.push(format!("{} purchases in the table", all.len()));
    }
    let owned = viewed.values().filter(|p| p.grants_access(now)).count();
    if owned == 0 || !view.unreadable.is_empty() {
        found.push(format!(
            "{owned} have access, {} messages are unreadable",
            view.unreadable.len()
        ));
    }
    found
}

/// Every purchase of the broadcaster as the table holds it.
async fn table(broadcaster: &local_stack::broadcaster::Broadcaster) -> Vec<Value> {
    let mut all = Vec::new();
    let stack = crate::story::stack();
    let dynamo = aws_sdk_dynamodb::Client::new(&stack.aws().unwrap());
    let mut pages = dynamo
        .scan()
        .table_name(&stack.tables["subscriptions"])
        .filter_expression("broadcaster_id = :b AND sk = :current")
        .expression_attribute_values(
            ":b",
            aws_sdk_dynamodb::types::AttributeValue::S(broadcaster.id.clone()),
        )
        .expression_attribute_values(
            ":current",
            aws_sdk_dynamodb::types::AttributeValue::S("current".to_owned()),
        )
        .into_paginator()
        .items()
        .send();
    while let Some(item) = pages.next().await {
        let item = item.unwrap();
        all.push(serde_dynamo::from_attribute_value(item["subscription"].clone()).unwrap());
    }
    all
}
