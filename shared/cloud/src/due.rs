//! Index `due` of two tables: sparse, sharded, sorted by time.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::Timestamp;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, from_item, readable, sortable, text};
use crate::telemetry::Metrics;

/// Time for which an unreadable item is postponed. A version that reads it may run by then.
const UNREADABLE_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Attributes that the index has of every item of the table of purchases.
#[derive(Deserialize)]
struct Due {
    pk: String,
    due_at: String,
}

/// Returns items of one shard that are due, the longest overdue first.
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

/// Takes the due items of one shard and returns them whole. No other run gets them until `lease`.
/// For a table whose key is `pk` alone.
///
/// # Errors
/// [`CloudError`] if the table can't be read or written.
pub(crate) async fn take_due(
    client: &Client,
    table: &str,
    shard: &str,
    now: Timestamp,
    lease: Timestamp,
    limit: i32,
) -> Result<Vec<Item>, CloudError> {
    let mut taken = Vec::new();
    for item in due_items(client, table, shard, now, limit).await? {
        let due: Option<Due> = readable(from_item("due item", item));
        let Some(due) = due else { continue };
        // The index lags behind the table. The conditional update decides who gets the item, and
        // returns it as it is now.
        let sent = client
            .update_item()
            .table_name(table)
            .key("pk", text(&due.pk))
            .update_expression("SET due_at = :lease")
            .condition_expression("due_at = :due")
            .expression_attribute_values(":lease", text(sortable(lease)))
            .expression_attribute_values(":due", text(&due.due_at))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match sent {
            Ok(answer) => taken.extend(answer.attributes),
            Err(error) if condition_failed(&error) => {}
            Err(error) => return Err(CloudError::service("taking what is due", error)),
        }
    }
    Ok(taken)
}

/// Parses items that are due. One that this version can't read is postponed for a day and counted,
/// so that it does not block those behind it. `key` names the attributes of the table's key.
///
/// # Errors
/// [`CloudError`] if one can't be postponed.
pub(crate) async fn read_due<T>(
    (client, table): (&Client, &str),
    key: &[&str],
    items: Vec<Item>,
    now: Timestamp,
    read: impl Fn(Item) -> Result<T, CloudError>,
) -> Result<Vec<T>, CloudError> {
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let key = pick(&item, key);
        let due_at = item.get("due_at").cloned();
        match read(item) {
            Ok(due) => all.push(due),
            Err(error) => {
                tracing::error!(%error, "a due item is unreadable: set aside for a day");
                Metrics::new(Vec::new()).count("SetAside").write(now);
                let later = now.checked_add(UNREADABLE_FOR).unwrap_or(now);
                let updated = client
                    .update_item()
                    .table_name(table)
                    .set_key(Some(key))
                    // `announce` is set to false, because the item still holds the events of its
                    // last change and the stream would publish them again.
                    .update_expression("SET due_at = :later, announce = :no")
                    .condition_expression("due_at = :due")
                    .expression_attribute_values(":later", text(sortable(later)))
                    .expression_attribute_values(":no", AttributeValue::Bool(false))
                    .expression_attribute_values(":due", due_at.unwrap_or_else(|| text("")))
                    .send()
                    .await;
                match updated {
                    Ok(_) => {}
                    Err(error) if condition_failed(&error) => {}
                    Err(error) => {
                        return Err(CloudError::service("setting a due item aside", error));
                    }
                }
            }
        }
    }
    Ok(all)
}

/// Removes an item from the index if it is still due at that time. Used when its broadcaster is
/// gone.
///
/// # Errors
/// [`CloudError`] if the table can't be written.
pub(crate) async fn retire(
    (client, table): (&Client, &str),
    key: Item,
    due_at: &str,
) -> Result<(), CloudError> {
    let retired = client
        .update_item()
        .table_name(table)
        .set_key(Some(key))
        .update_expression("REMOVE due_shard, due_at SET announce = :no")
        .condition_expression("due_at = :due")
        .expression_attribute_values(":no", AttributeValue::Bool(false))
        .expression_attribute_values(":due", text(due_at))
        .send()
        .await;
    match retired {
        Ok(_) => Ok(()),
        Err(error) if condition_failed(&error) => Ok(()),
        Err(error) => Err(CloudError::service("retiring a due item", error)),
    }
}

/// Returns a copy of an item with these attributes only.
pub(crate) fn pick(item: &Item, names: &[&str]) -> Item {
    let of = |name: &&str| Some(((*name).to_owned(), item.get(*name)?.clone()));
    names.iter().filter_map(of).collect()
}
