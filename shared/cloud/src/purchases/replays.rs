//! Replays: one item for each endpoint, its latest job.

use domain::replay::{Replay, ReplayState};
use domain::{BroadcasterId, Timestamp};
use serde::de::IgnoredAny;

use super::{KEY, Purchases};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::due::DueIndex;
use crate::item::{Item, from_item, number, readable, sortable, text, to_item};

/// Shard of the index `due` for these items alone.
const SHARD: &str = "replay";

/// Retention of a job after it was asked for, in seconds.
const KEPT_SECONDS: i64 = 30 * 86_400;

fn key(broadcaster: &BroadcasterId, endpoint_id: &str) -> String {
    format!("{broadcaster}#replay#{endpoint_id}")
}

impl Purchases {
    /// Returns an endpoint's latest replay.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn replay(
        &self,
        broadcaster: &BroadcasterId,
        endpoint_id: &str,
    ) -> Result<Option<Replay>, CloudError> {
        let item = self.get(&key(broadcaster, endpoint_id)).await?;
        item.map(|item| from_item("replay", item)).transpose()
    }

    /// Begins a replay. Returns `false` if another one of the endpoint is running.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn begin_replay(&self, replay: &Replay, now: Timestamp) -> Result<bool, CloudError> {
        // Only a running one is due.
        self.put_replay(replay, Some(now), "attribute_not_exists(due_at)", None)
            .await
    }

    /// Ends a replay if it is running.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn cancel_replay(&self, replay: &Replay) -> Result<(), CloudError> {
        let cancelled = Replay {
            state: ReplayState::Cancelled,
            ..replay.clone()
        };
        self.put_replay(&cancelled, None, "attribute_exists(due_at)", None)
            .await
            .map(drop)
    }

    /// Takes the replays that are due. No other run gets them until `lease`.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn take_replays(
        &self,
        now: Timestamp,
        lease: Timestamp,
        limit: usize,
    ) -> Result<Vec<Replay>, CloudError> {
        let index = DueIndex::<IgnoredAny>::new(&self.client, &self.table, KEY);
        let mut taken = Vec::new();
        for due in index.page(SHARD, now, limit, None).await?.due {
            let item = index.take_whole(&due, lease).await?;
            taken.extend(item.and_then(|item| readable(from_item("replay", item))));
        }
        Ok(taken)
    }

    /// Stores the progress of a replay that was taken until `lease`: it goes on at `due_at`, or has
    /// ended. Returns `false` if it was cancelled meanwhile.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn advance_replay(
        &self,
        replay: &Replay,
        due_at: Option<Timestamp>,
        lease: Timestamp,
    ) -> Result<bool, CloudError> {
        self.put_replay(replay, due_at, "due_at = :lease", Some(lease))
            .await
    }

    async fn put_replay(
        &self,
        replay: &Replay,
        due_at: Option<Timestamp>,
        condition: &str,
        lease: Option<Timestamp>,
    ) -> Result<bool, CloudError> {
        let mut item: Item = to_item("replay", replay)?;
        let pk = key(&replay.broadcaster_id, &replay.endpoint_id);
        item.insert("pk".to_owned(), text(pk));
        let expires_at = replay.created_at.as_second() + KEPT_SECONDS;
        item.insert("expires_at".to_owned(), number(expires_at.into()));
        if let Some(due_at) = due_at {
            item.insert("due_shard".to_owned(), text(SHARD));
            item.insert("due_at".to_owned(), text(sortable(due_at)));
        }
        let values = lease.map(|lease| Item::from([(":lease".to_owned(), text(sortable(lease)))]));
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition)
            .set_expression_attribute_values(values)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(true),
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(CloudError::service("storing a replay", error)),
        }
    }
}
