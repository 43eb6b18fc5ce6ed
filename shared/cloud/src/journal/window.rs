//! Events by the time at which they occurred: the index `by_hour`.
//!
//! An hour of a broadcaster is spread over [`SHARDS`] partitions by purchase, because a partition
//! takes 1,000 writes a second. Within a shard the events of a purchase are in their order.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::{BroadcasterId, Event, Timestamp};
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::Journal;
use crate::CloudError;
use crate::busy::Waits;
use crate::item::{Item, from_item, sortable, text};

/// Number of partitions of an hour.
pub const SHARDS: u8 = 16;

/// Number of events of a page, the most that DynamoDB reads in one batch.
const PAGE: usize = 100;

/// Events of a page, and the position after it if the shard goes on.
#[derive(Debug)]
pub struct EventsOfHour {
    /// The events, in the order of the index.
    pub events: Vec<Event>,
    /// Position of the last one, if there are more.
    pub next: Option<String>,
}

/// Returns the attributes by which the index finds an event.
pub(super) fn index_attributes(
    event: &Event,
) -> [(String, aws_sdk_dynamodb::types::AttributeValue); 2] {
    let subscription = &event.subscription;
    let id = subscription.ownership.subscription_id;
    let shard = shard_of(subscription.purchase_key.as_str());
    let hour = hour_key(&subscription.broadcaster_id, event.occurred_at, shard);
    let at = format!(
        "{}#{id}#{:012}",
        sortable(event.occurred_at),
        event.sequence
    );
    [("hour".to_owned(), text(hour)), ("at".to_owned(), text(at))]
}

fn shard_of(purchase_key: &str) -> u8 {
    let (hash, _) = Uuid::new_v5(&Uuid::NAMESPACE_OID, purchase_key.as_bytes()).as_u64_pair();
    u8::try_from(hash % u64::from(SHARDS)).unwrap_or_default()
}

fn hour_key(broadcaster: &BroadcasterId, at: Timestamp, shard: u8) -> String {
    let hour = at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H");
    format!("{broadcaster}#{hour}#{shard:02}")
}

impl Journal {
    /// Returns one page of the events of a shard of the hour in which `hour` lies: those from `from`
    /// on and before `to`, after the position `after`.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn of_hour(
        &self,
        broadcaster: &BroadcasterId,
        (hour, shard): (Timestamp, u8),
        (from, to): (Timestamp, Timestamp),
        after: Option<&str>,
    ) -> Result<EventsOfHour, CloudError> {
        let from = after.map_or_else(|| sortable(from), |after| format!("{after}!"));
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by_hour")
            .key_condition_expression("#hour = :hour AND #at BETWEEN :from AND :to")
            .expression_attribute_names("#hour", "hour")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":hour", text(hour_key(broadcaster, hour, shard)))
            .expression_attribute_values(":from", text(from))
            // No position equals a bare time, so this is exclusive.
            .expression_attribute_values(":to", text(sortable(to)))
            .limit(i32::try_from(PAGE).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| CloudError::service("reading the journal by time", error))?;
        let entries = answer.items.unwrap_or_default();
        let position = |item: &Item| Some(item.get("at")?.as_s().ok()?.clone());
        let next = answer
            .last_evaluated_key
            .and(entries.last())
            .and_then(position);
        let keys: Vec<Item> = entries
            .iter()
            .map(|entry| crate::due::pick(entry, &["pk", "sk"]))
            .collect();
        let mut events = self.batch(keys).await?;
        // A batch read returns items in any order.
        events.sort_by_key(|event| {
            let id = event.subscription.ownership.subscription_id;
            (event.occurred_at, id, event.sequence)
        });
        Ok(EventsOfHour { events, next })
    }

    async fn batch(&self, mut keys: Vec<Item>) -> Result<Vec<Event>, CloudError> {
        let mut events = Vec::with_capacity(keys.len());
        let mut waits = Waits::of("the journal");
        while !keys.is_empty() {
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).build();
            let wanted = wanted.map_err(|error| CloudError::service("reading events", error))?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted)
                .send()
                .await
                .map_err(|error| CloudError::service("reading events", error))?;
            let items = answer.responses.unwrap_or_default().into_values().flatten();
            let before = events.len();
            for item in items {
                events.push(from_item("event", item)?);
            }
            let left: HashMap<_, _> = answer.unprocessed_keys.unwrap_or_default();
            keys = left.into_values().flat_map(|wanted| wanted.keys).collect();
            if events.len() > before {
                waits = Waits::of("the journal");
            }
            if !keys.is_empty() {
                waits.wait().await?;
            }
        }
        Ok(events)
    }
}
