//! Deleting a broadcaster: a record of how far it went, and its configuration.

use std::collections::HashMap;

use domain::BroadcasterId;
use serde::{Deserialize, Serialize};

use super::Broadcasters;
use crate::CloudError;
use crate::item::{Item, text};

/// The sort key of the record.
const DELETION: &str = "deletion";

/// What shall become of subscriptions, submissions and journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum History {
    /// They stay.
    Keep,
    /// They are deleted.
    Erase,
}

/// How far a deletion went, so that the next call goes on there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    /// What was asked for.
    pub history: History,
    /// How many tables have been erased.
    #[serde(default)]
    pub tables_erased: usize,
    /// The key in the next table after which to go on.
    #[serde(default, skip_serializing_if = "HashMap::is_empty")]
    pub after: HashMap<String, serde_json::Value>,
}

impl Broadcasters {
    /// The deletion that was begun and is not complete.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn deletion(
        &self,
        broadcaster: &BroadcasterId,
    ) -> Result<Option<Deletion>, CloudError> {
        self.get("deletion", broadcaster.as_str(), DELETION).await
    }

    /// Writes down how far a deletion went.
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

    /// Ends a deletion that is complete.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn end_deletion(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        self.delete_own(broadcaster, DELETION).await
    }

    /// Deletes the profile and the keys of customers' tokens: from then on nobody is let in.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn delete_profile(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        for sk in ["profile", "jwks"] {
            self.delete_own(broadcaster, sk).await?;
        }
        Ok(())
    }

    /// Deletes all configuration that is left: offers, products, campaigns, confirmations. Tokens and
    /// endpoints lead to something else, which must be gone before.
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
