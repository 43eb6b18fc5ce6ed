//! DynamoDB items: keys, and the way values are written.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{BroadcasterId, PurchaseKey, Store, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::CloudError;

/// One item.
pub type Item = HashMap<String, AttributeValue>;

/// Number of partitions of each index of what is due.
pub const DUE_SHARDS: u8 = 16;

/// The partition key of a purchase. Keys of stores are longer than a key of DynamoDB may be, so
/// this holds a hash; the full key is an attribute.
#[must_use]
pub fn purchase_partition(broadcaster: &BroadcasterId, store: Store, key: &PurchaseKey) -> String {
    format!("{broadcaster}#{store}#{}", sha256_hex(key.as_str()))
}

/// Lower-case hexadecimal SHA-256.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

/// The partition of the index of what is due in which an item stands.
#[must_use]
pub fn due_shard(partition: &str) -> String {
    let hash = digest(&SHA256, partition.as_bytes());
    let first = hash.as_ref().first().copied().unwrap_or_default();
    shard_name(first % DUE_SHARDS)
}

/// The name of the n-th partition of the index of what is due.
#[must_use]
pub fn shard_name(number: u8) -> String {
    format!("due-{number:02}")
}

/// An instant as a sortable text: RFC 3339, always three decimals.
#[must_use]
pub fn sortable(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// A string attribute.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
#[must_use]
pub fn number(value: i128) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A value as an attribute.
///
/// # Errors
/// [`CloudError::Stored`] if the value has no such form.
pub fn attribute<T: Serialize>(
    what: &'static str,
    value: &T,
) -> Result<AttributeValue, CloudError> {
    serde_dynamo::to_attribute_value(value).map_err(|error| unreadable(what, &error))
}

/// A value as an item.
///
/// # Errors
/// [`CloudError::Stored`] if the value has no such form.
pub fn to_item<T: Serialize>(what: &'static str, value: &T) -> Result<Item, CloudError> {
    serde_dynamo::to_item(value).map_err(|error| unreadable(what, &error))
}

/// An item as a value. Attributes that the value does not know are ignored.
///
/// # Errors
/// [`CloudError::Stored`] names the attribute at fault.
pub fn from_item<T: DeserializeOwned>(what: &'static str, item: Item) -> Result<T, CloudError> {
    serde_dynamo::from_item(item).map_err(|error| unreadable(what, &error))
}

/// One value of many. One that can't be read is told in the log: it must not stop the others.
pub(crate) fn readable<T>(read: Result<T, CloudError>) -> Option<T> {
    read.inspect_err(|error| tracing::error!(%error, "an item is left out"))
        .ok()
}

fn unreadable(what: &'static str, error: &serde_dynamo::Error) -> CloudError {
    CloudError::Stored {
        what,
        reason: error.to_string(),
    }
}
