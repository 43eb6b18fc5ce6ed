//! What is due to be looked at again, and the function that queues it. The tests move a due date, not
//! the clock.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::primitives::Blob;
use local_stack::broadcaster::Broadcaster;
use serde_json::Value;

use crate::story::stack;

type Item = HashMap<String, AttributeValue>;

/// Lets everything of a broadcaster in a table be due now. Answers how much that is.
pub async fn make_due(broadcaster: &Broadcaster, table: &str) -> usize {
    let found = found(broadcaster, table, "attribute_exists(due_at)").await;
    let stack = stack();
    let dynamo = aws_sdk_dynamodb::Client::new(&stack.aws().unwrap());
    for item in &found {
        let mut update = dynamo
            .update_item()
            .table_name(&stack.tables[table])
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
async fn found(broadcaster: &Broadcaster, table: &str, condition: &str) -> Vec<Item> {
    let stack = stack();
    aws_sdk_dynamodb::Client::new(&stack.aws().unwrap())
        .scan()
        .table_name(&stack.tables[table])
        .filter_expression(format!("broadcaster_id = :b AND {condition}"))
        .expression_attribute_values(":b", AttributeValue::S(broadcaster.id.clone()))
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap()
}

/// The items whose check was put off, because the store could not be asked.
pub async fn deferred(broadcaster: &Broadcaster, table: &str) -> Vec<Item> {
    let mut items = found(broadcaster, table, "attribute_exists(put_off)").await;
    items.retain(|item| item["put_off"].as_n().is_ok_and(|times| times != "0"));
    items
}

/// One run of the function that the schedule invokes. Answers what it queued.
pub async fn reconcile() -> Value {
    let stack = stack();
    let answer = aws_sdk_lambda::Client::new(&stack.aws().unwrap())
        .invoke()
        .function_name(&stack.functions["reconciliation"])
        .payload(Blob::new("{}"))
        .send()
        .await
        .unwrap();
    assert!(answer.function_error.is_none(), "{answer:?}");
    serde_json::from_slice(answer.payload.unwrap().as_ref()).unwrap()
}
