//! Locators of purchases.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::PurchaseKey;

/// Key and hints with which a store is asked about a purchase. `Debug` shows no purchase key.
///
/// The locator of a known subscription is its purchase key with the details of its state.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Locator {
    /// The store's key of the purchase.
    pub key: PurchaseKey,
    /// Hints that some stores need, and what webhooks show as `inAppSpecificData`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl fmt::Debug for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locator")
            .field("key", &self.key)
            .field("details", &self.details.keys())
            .finish()
    }
}
