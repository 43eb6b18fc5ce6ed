//! Claim rules: how claims of a store's purchases are decided.

use domain::{BroadcasterId, ClaimRule, Store};

use super::Broadcasters;
use crate::CloudError;
use crate::item::from_item;

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
        let (pk, sk) = (broadcaster.as_str(), sort_key(store));
        // Its absence is cached as well: most broadcasters have no rule.
        let item = self.read_cached(pk, &sk, true).await?;
        let rule = item.map(|item| from_item("claim rule", item)).transpose()?;
        Ok(rule.unwrap_or_default())
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
