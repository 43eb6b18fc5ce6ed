//! The store's own answer, kept with the subscription that it led to.

use domain::{BroadcasterId, PurchaseKey, Store, Timestamp};
use serde::{Deserialize, Serialize};

use super::Subscriptions;
use crate::CloudError;

/// A receipt as it is stored: as text, so that what a store writes comes back as it was written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredReceipt {
    /// JSON.
    pub(super) text: String,
    /// When the store was asked.
    pub observed_at: Timestamp,
}

/// Shows nothing of the receipt: it holds purchase keys.
impl std::fmt::Debug for StoredReceipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredReceipt")
            .field("observed_at", &self.observed_at)
            .finish_non_exhaustive()
    }
}

impl StoredReceipt {
    /// To be kept.
    #[must_use]
    pub fn new(receipt: &serde_json::Value, observed_at: Timestamp) -> Self {
        Self {
            text: receipt.to_string(),
            observed_at,
        }
    }

    /// What the store said.
    ///
    /// # Errors
    /// [`CloudError::Stored`] if it is no JSON.
    pub fn receipt(&self) -> Result<serde_json::Value, CloudError> {
        serde_json::from_str(&self.text).map_err(|error| CloudError::Stored {
            what: "receipt",
            reason: error.to_string(),
        })
    }
}

impl Subscriptions {
    /// The store's last answer about a purchase, if it is kept and this generation still holds it.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn receipt(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        key: &PurchaseKey,
        generation: u32,
    ) -> Result<Option<StoredReceipt>, CloudError> {
        let stored = self.follow(broadcaster, store, key).await?;
        Ok(stored
            .filter(|stored| stored.subscription.generation == generation)
            .and_then(|stored| stored.receipt))
    }
}
