//! Journal: every event of every subscription, append-only.
//!
//! pk `{broadcaster}#{subscriptionId}`, sk the sequence number. Appending an event again writes the
//! same item. The index `by_hour` finds the events of a window of time.

mod window;

use std::collections::HashSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemError;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use domain::{BroadcasterId, Event, SubscriptionId};

use crate::CloudError;
use crate::broadcasters::Page;
use crate::busy::Waits;
use crate::environment::Aws;
use crate::erasure::{ErasedPage, erase_page};
use crate::item::{Item, from_item, number, text, to_item};

pub use window::{EventsOfHour, SHARDS};

/// Largest number of items of a batch write.
const BATCH: usize = 25;

/// Client of the table.
#[derive(Debug, Clone)]
pub struct Journal {
    client: Client,
    table: String,
}

impl Journal {
    /// Builds a client for the table that `EVENTS_TABLE` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.dynamodb(),
            table: aws.required("EVENTS_TABLE")?,
        })
    }

    /// Deletes a broadcaster's items of one page of the table.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn erase(
        &self,
        broadcaster: &BroadcasterId,
        after: Option<Item>,
    ) -> Result<ErasedPage, CloudError> {
        let prefix = format!("{broadcaster}#");
        erase_page((&self.client, &self.table), &["pk", "sk"], &prefix, after).await
    }

    /// Appends events, and returns the positions of those that DynamoDB refuses for good, such as an
    /// item above its limit of 400 KB. After an error some may have been written; append all of them
    /// again.
    ///
    /// Duplicates are removed: an item that is written again without a change of the subscription
    /// has its events in the stream again, and DynamoDB refuses a batch that names an item twice.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written or throttles.
    pub async fn append(&self, events: &[&Event]) -> Result<HashSet<usize>, CloudError> {
        let mut seen = HashSet::new();
        let mut once = events.to_vec();
        once.retain(|event| seen.insert(identity(event)));
        let mut refused = HashSet::new();
        for chunk in once.chunks(BATCH) {
            match self.append_batch(chunk).await {
                Ok(()) => {}
                // One bad item makes DynamoDB refuse the whole batch.
                Err(Unappended::Invalid(_)) => {
                    refused.extend(self.append_one_by_one(chunk).await?);
                }
                Err(Unappended::Other(error)) => return Err(error),
            }
        }
        let is_refused = |event: &Event| refused.contains(&identity(event));
        let positions = events.iter().enumerate();
        Ok(positions
            .filter(|(_, event)| is_refused(event))
            .map(|(position, _)| position)
            .collect())
    }

    /// Appends the events of a refused batch, and returns those that are refused by themselves.
    async fn append_one_by_one<'a>(
        &self,
        events: &[&'a Event],
    ) -> Result<HashSet<Identity<'a>>, CloudError> {
        let mut refused = HashSet::new();
        for event in events {
            match self.append_batch(&[event]).await {
                Ok(()) => {}
                Err(Unappended::Invalid(error)) => {
                    tracing::error!(event = %event.event_id, %error, "an event can't be appended");
                    refused.insert(identity(event));
                }
                Err(Unappended::Other(error)) => return Err(error),
            }
        }
        Ok(refused)
    }

    async fn append_batch(&self, events: &[&Event]) -> Result<(), Unappended> {
        let mut writes = events
            .iter()
            .map(|event| self.write(event))
            .collect::<Result<Vec<_>, _>>()?;
        let mut waits = Waits::of("the journal");
        loop {
            let sent = writes.len();
            let answer = self
                .client
                .batch_write_item()
                .request_items(&self.table, writes)
                .send()
                .await
                .map_err(Unappended::of)?;
            let left = answer.unprocessed_items.unwrap_or_default();
            writes = left.into_values().flatten().collect();
            if writes.is_empty() {
                return Ok(());
            }
            // DynamoDB accepts a part of a batch if it has no capacity for the rest.
            if writes.len() < sent {
                waits = Waits::of("the journal");
            }
            waits.wait().await?;
        }
    }

    /// Returns one page of a subscription's events in their order.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn events(
        &self,
        broadcaster: &BroadcasterId,
        subscription: SubscriptionId,
        limit: i32,
        after: Option<u64>,
    ) -> Result<Page<Event>, CloudError> {
        let pk = partition(broadcaster, subscription);
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":after", number(after.unwrap_or_default().into()))
            .limit(limit)
            .send()
            .await
            .map_err(|error| CloudError::service("reading the journal", error))?;
        let more = answer.last_evaluated_key.is_some();
        let rows = answer
            .items
            .unwrap_or_default()
            .into_iter()
            .map(|item| from_item("event", item))
            .collect::<Result<Vec<Event>, _>>()?;
        let next = rows
            .last()
            .filter(|_| more)
            .map(|event| event.sequence.to_string());
        Ok(Page { rows, next })
    }

    fn write(&self, event: &Event) -> Result<WriteRequest, CloudError> {
        let mut item: Item = to_item("event", event)?;
        let subscription = &event.subscription;
        let pk = partition(
            &subscription.broadcaster_id,
            subscription.ownership.subscription_id,
        );
        item.insert("pk".to_owned(), text(pk));
        item.insert("sk".to_owned(), number(event.sequence.into()));
        item.extend(window::index_attributes(event));
        let put = PutRequest::builder()
            .set_item(Some(item))
            .build()
            .map_err(|error| CloudError::service("appending to the journal", error))?;
        Ok(WriteRequest::builder().put_request(put).build())
    }
}

/// Reason for which a batch was not appended.
enum Unappended {
    /// DynamoDB refuses an item of it, and always will.
    Invalid(CloudError),
    Other(CloudError),
}

impl Unappended {
    fn of(error: SdkError<BatchWriteItemError>) -> Self {
        let code = error
            .as_service_error()
            .and_then(ProvideErrorMetadata::code);
        let is_invalid = code == Some("ValidationException");
        let error = CloudError::service("appending to the journal", error);
        if is_invalid {
            Self::Invalid(error)
        } else {
            Self::Other(error)
        }
    }
}

impl From<CloudError> for Unappended {
    fn from(error: CloudError) -> Self {
        Self::Other(error)
    }
}

/// Key of an event's item.
type Identity<'a> = (&'a BroadcasterId, SubscriptionId, u64);

fn identity(event: &Event) -> Identity<'_> {
    let subscription = &event.subscription;
    let id = subscription.ownership.subscription_id;
    (&subscription.broadcaster_id, id, event.sequence)
}

fn partition(broadcaster: &BroadcasterId, subscription: SubscriptionId) -> String {
    format!("{broadcaster}#{subscription}")
}
