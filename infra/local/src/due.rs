//! Makes scheduled work due at once, so that nobody has to wait for it: the date is moved, not the
//! clock.

use anyhow::{Context as _, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::primitives::Blob;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::stack::Stack;

const LONG_AGO: &str = "2026-01-01T00:00:00.000Z";

/// Makes the check of one subscription due, and runs the function that the schedule invokes.
/// `purchase` is the store's name of it.
///
/// # Errors
/// If there is no such subscription, or the function fails.
pub async fn look_now(stack: &Stack, broadcaster: &str, purchase: &str) -> anyhow::Result<()> {
    let config = stack.aws()?;
    let dynamo = aws_sdk_dynamodb::Client::new(&config);
    let table = stack.tables.get("subscriptions").context("no table")?;
    let items = dynamo
        .scan()
        .table_name(table)
        .filter_expression(
            "broadcaster_id = :broadcaster AND #locator.#key = :purchase AND attribute_exists(due_at)",
        )
        .expression_attribute_names("#locator", "locator")
        .expression_attribute_names("#key", "key")
        .expression_attribute_values(":broadcaster", AttributeValue::S(broadcaster.to_owned()))
        .expression_attribute_values(":purchase", AttributeValue::S(purchase.to_owned()))
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await?;
    let item = items.first().context("no such subscription")?;
    let key = ["pk", "sk"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())))
        .collect();
    dynamo
        .update_item()
        .table_name(table)
        .set_key(Some(key))
        .update_expression("SET due_at = :past, announce = :no")
        .expression_attribute_values(":past", AttributeValue::S(LONG_AGO.to_owned()))
        .expression_attribute_values(":no", AttributeValue::Bool(false))
        .send()
        .await?;
    run(stack).await
}

/// Makes reading a store's undelivered notifications from `since` on due, and runs the function
/// that the schedule invokes. `store` is its name in paths.
///
/// # Errors
/// If the store was never configured, or the function fails.
pub async fn read_history_now(
    stack: &Stack,
    broadcaster: &str,
    store: &str,
    since: Timestamp,
) -> anyhow::Result<()> {
    let table = stack.tables.get("purchases").context("no table")?;
    let key = format!("{broadcaster}#catch-up#{store}");
    aws_sdk_dynamodb::Client::new(&stack.aws()?)
        .update_item()
        .table_name(table)
        .key("pk", AttributeValue::S(key))
        .update_expression("SET #since = :since, due_at = :past REMOVE #until, #page")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_names("#since", "since")
        .expression_attribute_names("#until", "until")
        .expression_attribute_names("#page", "page")
        .expression_attribute_values(":since", AttributeValue::S(since.to_string()))
        .expression_attribute_values(":past", AttributeValue::S(LONG_AGO.to_owned()))
        .send()
        .await?;
    run(stack).await
}

/// Runs the function once.
async fn run(stack: &Stack) -> anyhow::Result<()> {
    call(stack, "reconciliation", &json!({})).await
}

/// Invokes a function, as its schedule or an alarm does.
///
/// # Errors
/// If there is no such function, or it fails.
pub async fn call(stack: &Stack, function: &str, payload: &Value) -> anyhow::Result<()> {
    let name = stack.functions.get(function).context("no function")?;
    let answer = aws_sdk_lambda::Client::new(&stack.aws()?)
        .invoke()
        .function_name(name)
        .payload(Blob::new(payload.to_string()))
        .send()
        .await?;
    ensure!(answer.function_error.is_none(), "{answer:?}");
    Ok(())
}
