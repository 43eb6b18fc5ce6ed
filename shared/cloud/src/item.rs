//! DynamoDB items: keys and the format of values.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{PurchaseRef, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::CloudError;

/// DynamoDB item.
pub type Item = HashMap<String, AttributeValue>;

/// Number of shards of each index `due`. Reconciliation reads all of them in each run.
///
/// A shard is a partition of the index, which takes 1,000 writes a second: 64 of them carry 64,000.
/// The number can be raised: items keep the name of their shard until their next write, and the
/// names of fewer shards are among those of more. It must never be lowered.
pub const DUE_SHARDS: u8 = 64;

/// Builds the partition key of a purchase. It contains a hash, because purchase keys may be longer
/// than a key of DynamoDB; the full key is an attribute.
#[must_use]
pub fn purchase_partition(purchase: &PurchaseRef) -> String {
    let PurchaseRef {
        broadcaster,
        store,
        key,
    } = purchase;
    // The broadcaster comes first in every key, so that no key leads to another one's data.
    format!("{broadcaster}#{store}#{}", sha256_hex(key.as_str()))
}

/// Returns the SHA-256 of a text in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

/// Returns the shard of the index `due` for an item.
#[must_use]
pub fn due_shard(partition: &str) -> String {
    let hash = digest(&SHA256, partition.as_bytes());
    // By a hash, so that purchases made at the same moment are spread over all shards.
    let first = hash.as_ref().first().copied().unwrap_or_default();
    shard_name(first % DUE_SHARDS)
}

/// Returns the name of the n-th shard of the index `due`.
#[must_use]
pub fn shard_name(number: u8) -> String {
    format!("due-{number:02}")
}

/// Formats a time in sortable form: RFC 3339 with three decimals.
#[must_use]
pub fn sortable(at: Timestamp) -> String {
    // Without fixed decimals, "…:00Z" would sort after "…:00.500Z".
    format!("{at:.3}")
}

/// Builds a string attribute.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Builds a number attribute.
#[must_use]
pub fn number(value: i128) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Serialises a value as an attribute.
///
/// # Errors
/// [`CloudError::Stored`] if the value can't be serialised.
pub fn attribute<T: Serialize>(
    what: &'static str,
    value: &T,
) -> Result<AttributeValue, CloudError> {
    serde_dynamo::to_attribute_value(value).map_err(|error| unreadable(what, &error))
}

/// Serialises a value as an item.
///
/// # Errors
/// [`CloudError::Stored`] if the value can't be serialised.
pub fn to_item<T: Serialize>(what: &'static str, value: &T) -> Result<Item, CloudError> {
    serde_dynamo::to_item(value).map_err(|error| unreadable(what, &error))
}

/// Parses an item. Attributes that the type does not know are ignored, because a newer version may
/// have written them.
///
/// # Errors
/// [`CloudError::Stored`] names the attribute at fault.
pub fn from_item<T: DeserializeOwned>(what: &'static str, item: Item) -> Result<T, CloudError> {
    serde_dynamo::from_item(item).map_err(|error| unreadable(what, &error))
}

/// Returns one value of many. One that can't be read is logged and left out, so that it does not
/// stop the others.
pub(crate) fn readable<T>(read: Result<T, CloudError>) -> Option<T> {
    read.inspect_err(|error| tracing::error!(%error, "an unreadable item is skipped"))
        .ok()
}

fn unreadable(what: &'static str, error: &serde_dynamo::Error) -> CloudError {
    CloudError::Stored {
        what,
        reason: error.to_string(),
    }
}
