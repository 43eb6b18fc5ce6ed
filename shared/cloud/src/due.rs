//! The index `due` that two tables have: sparse, sharded, by time.

use aws_sdk_dynamodb::Client;
use domain::Timestamp;

use crate::CloudError;
use crate::item::{Item, sortable, text};

/// Items of one shard that are due, the longest overdue first.
///
/// # Errors
/// [`CloudError`] if the index can't be read.
pub(crate) async fn due_items(
    client: &Client,
    table: &str,
    shard: &str,
    now: Timestamp,
    limit: i32,
) -> Result<Vec<Item>, CloudError> {
    let answer = client
        .query()
        .table_name(table)
        .index_name("due")
        .key_condition_expression("due_shard = :shard AND due_at <= :now")
        .expression_attribute_values(":shard", text(shard))
        .expression_attribute_values(":now", text(sortable(now)))
        .limit(limit)
        .send()
        .await
        .map_err(|error| CloudError::service("reading what is due", error))?;
    Ok(answer.items.unwrap_or_default())
}
