//! What the schedule heals. The tests move a due date, not the clock, and invoke the function.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use local_stack::broadcaster::{Broadcaster, MONTHLY_OFFER};
use serde_json::{Value, json};
use store_simulator::{Chance, DeliveryFaults, Faults, LookupFault};

use crate::story::{
    SOON, beacon_types, bought, broadcaster, claimed, eventually, may_watch, stack,
};

/// Lets everything of a broadcaster in a table be due now.
async fn make_due(broadcaster: &Broadcaster, table: &str) -> usize {
    let stack = stack();
    let dynamo = aws_sdk_dynamodb::Client::new(&stack.aws());
    let table = &stack.tables[table];
    let found = found(broadcaster, table, "attribute_exists(due_at)").await;
    for item in &found {
        let mut update = dynamo
            .update_item()
            .table_name(table)
            .key("pk", item["pk"].clone())
            .update_expression("SET due_at = :past, announce = :no")
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(
                ":past",
                AttributeValue::S("2026-01-01T00:00:00.000Z".to_owned()),
            );
        if let Some(sk) = item.get("sk") {
            update = update.key("sk", sk.clone());
        }
        update.send().await.unwrap();
    }
    found.len()
}

/// The broadcaster's items in a table for which a condition holds.
async fn found(
    broadcaster: &Broadcaster,
    table: &str,
    condition: &str,
) -> Vec<HashMap<String, AttributeValue>> {
    aws_sdk_dynamodb::Client::new(&stack().aws())
        .scan()
        .table_name(table)
        .filter_expression(format!("broadcaster_id = :b AND {condition}"))
        .expression_attribute_values(":b", AttributeValue::S(broadcaster.id.clone()))
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap()
}

async fn reconcile() -> Value {
    let stack = stack();
    let answer = aws_sdk_lambda::Client::new(&stack.aws())
        .invoke()
        .function_name(&stack.functions["reconciliation"])
        .payload(aws_sdk_lambda::primitives::Blob::new("{}"))
        .send()
        .await
        .unwrap();
    assert!(answer.function_error.is_none(), "{answer:?}");
    serde_json::from_slice(answer.payload.unwrap().as_ref()).unwrap()
}

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
    broadcaster.vizio.set_faults(&lost).await.unwrap();
    broadcaster.vizio.renew(&purchase).await.unwrap();

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
    broadcaster.vizio.set_faults(&refused).await.unwrap();
    let correlation = broadcaster.submit("ada", &purchase).await.unwrap();
    eventually("the store was asked", async || {
        let calls = broadcaster.vizio.calls().await.unwrap();
        (calls.lookups.total > 0).then_some(())
    })
    .await;
    broadcaster.vizio.clear_faults().await.unwrap();

    eventually("it is put off", async || {
        let put_off = put_off(&broadcaster).await;
        (put_off == 1).then_some(())
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

/// How many submissions of a broadcaster were put off.
async fn put_off(broadcaster: &Broadcaster) -> usize {
    let table = &stack().tables["purchases"];
    let items = found(broadcaster, table, "attribute_exists(put_off)").await;
    let put_off = |item: &&HashMap<String, AttributeValue>| {
        item["put_off"].as_n().is_ok_and(|times| times != "0")
    };
    items.iter().filter(put_off).count()
}
