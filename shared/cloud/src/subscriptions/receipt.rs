//! The store's own answer, stored with the subscription that it led to.

use domain::{PurchaseRef, Timestamp};
use serde::{Deserialize, Serialize};

use super::Subscriptions;
use crate::CloudError;

/// Stored receipt, as text, so that it is returned exactly as the store wrote it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredReceipt {
    /// JSON text.
    pub(super) text: String,
    /// Time at which the store was asked.
    pub observed_at: Timestamp,
}

/// Shows nothing of the receipt, because it contains purchase keys.
impl std::fmt::Debug for StoredReceipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredReceipt")
            .field("observed_at", &self.observed_at)
            .finish_non_exhaustive()
    }
}

impl StoredReceipt {
    /// Builds a receipt to be stored.
    #[must_use]
    pub fn new(receipt: &serde_json::Value, observed_at: Timestamp) -> Self {
        Self {
            text: receipt.to_string(),
            observed_at,
        }
    }

    /// Parses the store's answer.
    ///
    /// # Errors
    /// [`CloudError::Stored`] if it is not JSON.
    pub fn receipt(&self) -> Result<serde_json::Value, CloudError> {
        serde_json::from_str(&self.text).map_err(|error| CloudError::Stored {
            what: "receipt",
            reason: error.to_string(),
        })
    }
}

impl Subscriptions {
    /// Returns the store's last answer about a purchase, if it is stored and belongs to this
    /// generation.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn receipt(
        &self,
        purchase: &PurchaseRef,
        generation: u32,
    ) -> Result<Option<StoredReceipt>, CloudError> {
        let stored = self.follow(purchase).await?;
        Ok(stored
            // A former owner must not see the answers about the present one.
            .filter(|stored| stored.subscription.ownership.generation == generation)
            .and_then(|stored| stored.receipt))
    }
}
