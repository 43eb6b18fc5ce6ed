//! Index `due` of two tables: sparse, sharded, sorted by time.
//!
//! A run takes an item by moving it to a later time, its lease, under the condition that it is
//! still due at the time that was read. So two runs never take the same item, and an item whose run
//! dies is due again when the lease ends.

use std::marker::PhantomData;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::Timestamp;
use serde::de::DeserializeOwned;

use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, from_item, sortable, text};
use crate::retry::UNREADABLE_ITEM;
use crate::telemetry::Metrics;

/// The index of one table, for items with the content `T`.
#[derive(Debug, Clone)]
pub struct DueIndex<T> {
    client: Client,
    table: String,
    /// Names of the attributes of the table's key.
    key: &'static [&'static str],
    content: PhantomData<fn() -> T>,
}

/// Item that was due when the index was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Due<T> {
    /// Attributes that the index contains.
    pub content: T,
    pub(crate) key: Item,
    due_at: String,
}

impl<T> Due<T> {
    /// Returns since when it is due.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.due_at.parse().ok()
    }
}

/// Part of what is due in one shard, the longest overdue first.
#[derive(Debug)]
pub struct Page<T> {
    /// The items of the page that can be read.
    pub due: Vec<Due<T>>,
    /// Position of the next page, if there is one.
    pub next: Option<Position>,
}

/// Place between two pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Position(Item);

impl<T: DeserializeOwned> DueIndex<T> {
    pub(crate) fn new(client: &Client, table: &str, key: &'static [&'static str]) -> Self {
        Self {
            client: client.clone(),
            table: table.to_owned(),
            key,
            content: PhantomData,
        }
    }

    /// Reads up to `limit` items of one shard that are due at `now`. One that this version can't
    /// read is postponed for a day and counted, so that it does not block those behind it.
    ///
    /// # Errors
    /// [`CloudError`] if the index can't be read, or an unreadable item can't be postponed.
    pub async fn page(
        &self,
        shard: &str,
        now: Timestamp,
        limit: usize,
        after: Option<Position>,
    ) -> Result<Page<T>, CloudError> {
        // The index is eventually consistent: it may still return an item that was moved meanwhile.
        // The condition of `take` refuses that one.
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND due_at <= :now")
            .expression_attribute_values(":shard", text(shard))
            .expression_attribute_values(":now", text(sortable(now)))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(|Position(key)| key))
            .send()
            .await
            .map_err(|error| CloudError::service("reading what is due", error))?;
        let items = answer.items.unwrap_or_default();
        let mut due = Vec::with_capacity(items.len());
        for item in items {
            let key = pick(&item, self.key);
            let due_at = item.get("due_at").and_then(|at| at.as_s().ok()).cloned();
            let due_at = due_at.unwrap_or_default();
            match from_item("due item", item) {
                Ok(content) => due.push(Due {
                    content,
                    key,
                    due_at,
                }),
                Err(error) => {
                    tracing::error!(%error, "a due item is unreadable: set aside for a day");
                    Metrics::new(Vec::new()).count("SetAside").write(now);
                    let later = now.checked_add(UNREADABLE_ITEM).unwrap_or(now);
                    let later = sortable(later);
                    self.move_on(&key, &due_at, &later, ReturnValue::None)
                        .await?;
                }
            }
        }
        let next = answer.last_evaluated_key.map(Position);
        Ok(Page { due, next })
    }

    /// Takes a due item until `lease`. Returns `false` if it is no longer due at the time that was
    /// read, because another run took it or it was dealt with meanwhile.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn take(&self, due: &Due<T>, lease: Timestamp) -> Result<bool, CloudError> {
        let (key, due_at) = (&due.key, &due.due_at);
        let lease = sortable(lease);
        let taken = self.move_on(key, due_at, &lease, ReturnValue::None);
        Ok(taken.await?.is_some())
    }

    /// Takes a due item as [`take`](Self::take) does, and returns it whole, as it is now.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub(crate) async fn take_whole(
        &self,
        due: &Due<T>,
        lease: Timestamp,
    ) -> Result<Option<Item>, CloudError> {
        let (key, due_at) = (&due.key, &due.due_at);
        self.move_on(key, due_at, &sortable(lease), ReturnValue::AllNew)
            .await
    }

    /// Ends a lease early: the item is due again since when it was. Does nothing if somebody has
    /// moved it meanwhile.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn give_back(&self, due: &Due<T>, lease: Timestamp) -> Result<(), CloudError> {
        let lease = sortable(lease);
        self.move_on(&due.key, &lease, &due.due_at, ReturnValue::None)
            .await
            .map(drop)
    }

    /// Removes an item from the index if it is still due at that time. Used when its broadcaster is
    /// gone.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn retire(&self, due: &Due<T>) -> Result<(), CloudError> {
        let update = "REMOVE due_shard, due_at SET announce = :no";
        self.update(&due.key, &due.due_at, update, None, ReturnValue::None)
            .await
            .map(drop)
    }

    async fn move_on(
        &self,
        key: &Item,
        from: &str,
        to: &str,
        wanted: ReturnValue,
    ) -> Result<Option<Item>, CloudError> {
        let update = "SET due_at = :to, announce = :no";
        self.update(key, from, update, Some(to), wanted).await
    }

    /// Changes an item that is due at `due_at`. Returns `None` if it is not.
    async fn update(
        &self,
        key: &Item,
        due_at: &str,
        update: &str,
        to: Option<&str>,
        wanted: ReturnValue,
    ) -> Result<Option<Item>, CloudError> {
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.clone()))
            // `announce` is false, because this write changes no subscription and the item still
            // holds the events of its last change, which the stream would publish again.
            .update_expression(update)
            .condition_expression("due_at = :due")
            .expression_attribute_values(":due", text(due_at))
            .expression_attribute_values(":no", AttributeValue::Bool(false));
        let sent = match to {
            Some(to) => sent.expression_attribute_values(":to", text(to)),
            None => sent,
        };
        match sent.return_values(wanted).send().await {
            Ok(answer) => Ok(Some(answer.attributes.unwrap_or_default())),
            Err(error) if condition_failed(&error) => Ok(None),
            Err(error) => Err(CloudError::service("moving a due item", error)),
        }
    }
}

/// Returns a copy of an item with these attributes only.
pub(crate) fn pick(item: &Item, names: &[&str]) -> Item {
    let of = |name: &&str| Some(((*name).to_owned(), item.get(*name)?.clone()));
    names.iter().filter_map(of).collect()
}
