//! Deletion of a broadcaster: the record of its progress, and the deletion of its configuration.

use std::collections::HashMap;

use domain::BroadcasterId;
use serde::{Deserialize, Serialize};

use super::Broadcasters;
use crate::CloudError;
use crate::item::{Item, text};

/// Sort key of the record.
const DELETION: &str = "deletion";

/// Fate of subscriptions, submissions and the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum History {
    /// They stay.
    Keep,
    /// They are deleted.
    Erase,
}

/// Progress of a deletion, from which the next call continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    /// Whether the history is kept.
    pub history: History,
    /// Number of tables that have been erased.
    #[serde(default)]
    pub tables_erased: usize,
    /// Key in the next table after which to continue.
    #[serde(default, skip_serializing_if = "HashMap::is_empty")]
    pub after: HashMap<String, serde_json::Value>,
}

impl Broadcasters {
    /// Returns the deletion that has begun and is not complete.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn deletion(
        &self,
        broadcaster: &BroadcasterId,
    ) -> Result<Option<Deletion>, CloudError> {
        self.get("deletion", broadcaster.as_str(), DELETION).await
    }

    /// Stores the progress of a deletion.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_deletion(
        &self,
        broadcaster: &BroadcasterId,
        deletion: &Deletion,
    ) -> Result<(), CloudError> {
        self.put("deletion", broadcaster.as_str(), DELETION, deletion)
            .await
    }

    /// Removes the record of a complete deletion.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn end_deletion(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        self.delete_own(broadcaster, DELETION).await
    }

    /// Deletes the profile and the keys of customers' tokens: from then on nobody is authenticated.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn delete_profile(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        // The profile first: without it a customer's token is refused whatever its signature.
        for sk in ["profile", "jwks"] {
            self.delete_own(broadcaster, sk).await?;
        }
        Ok(())
    }

    /// Deletes all remaining configuration: offers, products, campaigns, confirmations. Tokens and
    /// endpoints must be gone, because only their items know what else belongs to them.
    ///
    /// Returns the number of deleted items.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn delete_configuration(
        &self,
        broadcaster: &BroadcasterId,
    ) -> Result<usize, CloudError> {
        let mut deleted = 0;
        let mut start: Option<Item> = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", text(broadcaster.as_str()))
                .projection_expression("pk, sk")
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| CloudError::service("listing the broadcasters table", error))?;
            for item in page.items.unwrap_or_default() {
                let sk = item.get("sk").and_then(|sk| sk.as_s().ok());
                // The record of the deletion is kept: it is still in progress.
                if let Some(sk) = sk.filter(|sk| *sk != DELETION) {
                    self.delete_own(broadcaster, sk).await?;
                    deleted += 1;
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(deleted);
            }
        }
    }

    async fn delete_own(&self, broadcaster: &BroadcasterId, sk: &str) -> Result<(), CloudError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(broadcaster.as_str()))
            .key("sk", text(sk))
            .send()
            .await
            .map_err(|error| CloudError::service("deleting from the broadcasters table", error))?;
        Ok(())
    }
}
