//! Claim rules: how claims of a store's purchases are decided.

use domain::{BroadcasterId, ClaimRule, Store};

use super::Broadcasters;
use crate::CloudError;

impl Broadcasters {
    /// Returns the broadcaster's rule for a store; the default if none is stored.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn claim_rule(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<ClaimRule, CloudError> {
        let stored = self
            .get("claim rule", broadcaster.as_str(), &sort_key(store))
            .await?;
        Ok(stored.unwrap_or_default())
    }

    /// Replaces the broadcaster's rule for a store.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_claim_rule(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        rule: &ClaimRule,
    ) -> Result<(), CloudError> {
        self.put("claim rule", broadcaster.as_str(), &sort_key(store), rule)
            .await
    }
}

fn sort_key(store: Store) -> String {
    format!("claims#{store}")
}
