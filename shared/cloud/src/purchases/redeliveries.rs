//! Endpoints that fail, each with the state of its redelivery (ADR 48).

use domain::redelivery::Redelivery;
use domain::{BroadcasterId, Timestamp};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{KEY, Purchases};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::due::DueIndex;
use crate::item::{Item, from_item, readable, sortable, text, to_item};

/// Shard of the index `due` for these items alone. There are as many as endpoints that fail.
const SHARD: &str = "redelivery";

/// Endpoint that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingEndpoint {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The endpoint.
    pub endpoint_id: String,
    /// State of its redelivery.
    pub redelivery: Redelivery,
}

impl FailingEndpoint {
    fn key(broadcaster: &BroadcasterId, endpoint_id: &str) -> String {
        format!("{broadcaster}#redelivery#{endpoint_id}")
    }
}

impl Purchases {
    /// Returns an endpoint's state; `None` if it does not fail.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn failing(
        &self,
        broadcaster: &BroadcasterId,
        endpoint_id: &str,
    ) -> Result<Option<FailingEndpoint>, CloudError> {
        let key = FailingEndpoint::key(broadcaster, endpoint_id);
        let item = self.get(&key).await?;
        item.map(|item| from_item("redelivery", item)).transpose()
    }

    /// Begins an endpoint's redelivery. Does nothing if it fails already.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn begin_redelivery(&self, failing: &FailingEndpoint) -> Result<(), CloudError> {
        self.put_redelivery(failing, Some("attribute_not_exists(pk)"))
            .await
    }

    /// Stores an endpoint's state, whatever it was before.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn set_redelivery(&self, failing: &FailingEndpoint) -> Result<(), CloudError> {
        self.put_redelivery(failing, None).await
    }

    /// Takes the endpoints whose next step is due. No other run gets them until `lease`.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn take_redeliveries(
        &self,
        now: Timestamp,
        lease: Timestamp,
        limit: usize,
    ) -> Result<Vec<FailingEndpoint>, CloudError> {
        let index = DueIndex::<IgnoredAny>::new(&self.client, &self.table, KEY);
        let mut taken = Vec::new();
        for due in index.page(SHARD, now, limit, None).await?.due {
            let item = index.take_whole(&due, lease).await?;
            taken.extend(item.and_then(|item| readable(from_item("redelivery", item))));
        }
        Ok(taken)
    }

    /// Stores the state after a step, unless it was changed since the endpoint was taken until
    /// `lease`.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn advance_redelivery(
        &self,
        failing: &FailingEndpoint,
        lease: Timestamp,
    ) -> Result<(), CloudError> {
        let item = redelivery_item(failing)?;
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("due_at = :lease")
            .expression_attribute_values(":lease", text(sortable(lease)))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            // Somebody has asked for a redelivery meanwhile, which begins by itself.
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(CloudError::service("storing a redelivery", error)),
        }
    }

    /// Ends an endpoint's redelivery: it has recovered or was deleted.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn end_redelivery(
        &self,
        broadcaster: &BroadcasterId,
        endpoint_id: &str,
    ) -> Result<(), CloudError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(FailingEndpoint::key(broadcaster, endpoint_id)))
            .send()
            .await
            .map_err(|error| CloudError::service("ending a redelivery", error))?;
        Ok(())
    }

    async fn put_redelivery(
        &self,
        failing: &FailingEndpoint,
        condition: Option<&str>,
    ) -> Result<(), CloudError> {
        let item = redelivery_item(failing)?;
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .set_condition_expression(condition.map(str::to_owned))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(CloudError::service("storing a redelivery", error)),
        }
    }
}

fn redelivery_item(failing: &FailingEndpoint) -> Result<Item, CloudError> {
    let mut item = to_item("redelivery", failing)?;
    let (broadcaster, endpoint) = (&failing.broadcaster_id, &failing.endpoint_id);
    let key = FailingEndpoint::key(broadcaster, endpoint);
    item.insert("pk".to_owned(), text(key));
    // A suspended one is in no schedule.
    if let Some(due_at) = failing.redelivery.due_at {
        item.insert("due_shard".to_owned(), text(SHARD));
        item.insert("due_at".to_owned(), text(sortable(due_at)));
    }
    Ok(item)
}
