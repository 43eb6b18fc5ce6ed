//! Questions of stores whether an address of notifications is the broadcaster's.

use domain::{BroadcasterId, Store, Timestamp};
use serde::{Deserialize, Serialize};
use stores::Confirmation;

use super::Broadcasters;
use crate::CloudError;

/// The last question of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedConfirmation {
    /// The question, with what answers it.
    #[serde(flatten)]
    pub confirmation: Confirmation,
    /// When it was received.
    pub received_at: Timestamp,
}

impl Broadcasters {
    /// The last question of the store, or `None` if it never asked.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn confirmation(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<ReceivedConfirmation>, CloudError> {
        self.get("confirmation", broadcaster.as_str(), &sort_key(store))
            .await
    }

    /// Keeps a question in place of an earlier one.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_confirmation(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        received: &ReceivedConfirmation,
    ) -> Result<(), CloudError> {
        self.put(
            "confirmation",
            broadcaster.as_str(),
            &sort_key(store),
            received,
        )
        .await
    }
}

fn sort_key(store: Store) -> String {
    format!("confirmation#{store}")
}
