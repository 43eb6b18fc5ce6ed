//! References to purchases.

use crate::{BroadcasterId, PurchaseKey, Store, SubscriptionId};

/// Reference to a purchase: keys of a store are unique only within one broadcaster and store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PurchaseRef {
    /// The tenant.
    pub broadcaster: BroadcasterId,
    /// The store that sold it.
    pub store: Store,
    /// The store's key of it.
    pub key: PurchaseKey,
}

impl PurchaseRef {
    /// Returns the reference to another purchase of the same broadcaster and store.
    #[must_use]
    pub fn with_key(&self, key: &PurchaseKey) -> Self {
        Self {
            key: key.clone(),
            ..self.clone()
        }
    }

    /// Derives the id of the purchase's `generation`-th subscription, from 1.
    #[must_use]
    pub fn subscription_id(&self, generation: u32) -> SubscriptionId {
        let Self {
            broadcaster,
            store,
            key,
        } = self;
        // The key comes last, because it is the only part that may contain a slash.
        let name = format!("{broadcaster}/{store}/{generation}/{}", key.as_str());
        SubscriptionId::of_name(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventId;

    #[test]
    fn derived_ids_are_stable() {
        let purchase = PurchaseRef {
            broadcaster: BroadcasterId::new("700100200").unwrap(),
            store: Store::Vizio,
            key: PurchaseKey::new("vzs-1").unwrap(),
        };
        let first = purchase.subscription_id(1);
        insta::assert_snapshot!(first, @"c26485e6-c422-572c-9a54-4a3382fee371");
        assert_ne!(first, purchase.subscription_id(2));
        insta::assert_snapshot!(EventId::derive(first, 1), @"e7bdcc5a-96a9-513b-b583-7f4da2136ef2");
    }
}
