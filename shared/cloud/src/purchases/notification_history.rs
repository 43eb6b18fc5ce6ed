//! Progress of reading a store's list of undelivered notifications (ADR 23).

use domain::{BroadcasterId, Store, Timestamp};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{KEY, Purchases};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::due::DueIndex;
use crate::item::{from_item, readable, sortable, text, to_item};

/// Shard of the index `due` for these items alone. There is one for each broadcaster and store.
const SHARD: &str = "catch-up";

/// Progress of reading the list of one broadcaster and store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryCursor {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store.
    pub store: Store,
    /// Time before which everything has been read.
    pub since: Timestamp,
    /// End of the window that is being read, if it takes more than one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The store's token for the next page of that window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

impl Purchases {
    /// Starts reading a store's list from now on. Does nothing if it is being read already.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn begin_history(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        now: Timestamp,
    ) -> Result<(), CloudError> {
        let begun = HistoryCursor {
            broadcaster_id: broadcaster.clone(),
            store,
            since: now,
            until: None,
            page: None,
        };
        self.put_history(&begun, now, "attribute_not_exists(pk)")
            .await
    }

    /// Takes the lists that are due. No other run gets them until `lease`.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn take_histories(
        &self,
        now: Timestamp,
        lease: Timestamp,
        limit: usize,
    ) -> Result<Vec<HistoryCursor>, CloudError> {
        let index = DueIndex::<IgnoredAny>::new(&self.client, &self.table, KEY);
        let mut taken = Vec::new();
        for due in index.page(SHARD, now, limit, None).await?.due {
            let item = index.take_whole(&due, lease).await?;
            taken.extend(item.and_then(|item| readable(from_item("catch-up", item))));
        }
        Ok(taken)
    }

    /// Stores the progress and the time of the next reading.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn advance_history(
        &self,
        read: &HistoryCursor,
        due_at: Timestamp,
    ) -> Result<(), CloudError> {
        // The item may have been deleted meanwhile, with its broadcaster. Writing must not bring it
        // back.
        self.put_history(read, due_at, "attribute_exists(pk)").await
    }

    /// Ends a list that was taken until `lease`, unless another run has taken it since. Used when
    /// the store is no longer configured.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn end_history(
        &self,
        read: &HistoryCursor,
        lease: Timestamp,
    ) -> Result<(), CloudError> {
        let HistoryCursor {
            broadcaster_id,
            store,
            ..
        } = read;
        let ended = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(format!("{broadcaster_id}#catch-up#{store}")))
            .condition_expression("due_at = :lease")
            .expression_attribute_values(":lease", text(sortable(lease)))
            .send()
            .await;
        match ended {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(CloudError::service("ending a catch-up", error)),
        }
    }

    /// Deletes what is stored for a broadcaster's store beside its submissions: the progress of its
    /// list and its rate limit.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn forget_store(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<(), CloudError> {
        for kind in ["catch-up", "pace"] {
            self.client
                .delete_item()
                .table_name(&self.table)
                .key("pk", text(format!("{broadcaster}#{kind}#{store}")))
                .send()
                .await
                .map_err(|error| CloudError::service("forgetting a store", error))?;
        }
        Ok(())
    }

    async fn put_history(
        &self,
        cursor: &HistoryCursor,
        due_at: Timestamp,
        condition: &str,
    ) -> Result<(), CloudError> {
        let HistoryCursor {
            broadcaster_id,
            store,
            ..
        } = cursor;
        let mut item = to_item("catch-up", cursor)?;
        let pk = format!("{broadcaster_id}#catch-up#{store}");
        item.insert("pk".to_owned(), text(pk));
        item.insert("due_shard".to_owned(), text(SHARD));
        item.insert("due_at".to_owned(), text(sortable(due_at)));
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(CloudError::service("writing a catch-up", error)),
        }
    }
}
