//! What a look at a store brought.

use domain::StoreSnapshot;
use serde_json::Value;

/// The store's answer about a purchase, and what it said besides.
#[derive(Debug, Clone, PartialEq)]
pub struct LookedUp {
    /// What the store says of the purchase.
    pub snapshot: StoreSnapshot,
    /// The store's own answer, where it is worth keeping as a receipt. Holds nobody's name or address.
    pub receipt: Option<Receipt>,
    /// What the same answer says of other purchases of that customer.
    pub others: Vec<StoreSnapshot>,
}

/// A store's answer as it was received. `Debug` shows nothing of it: it holds purchase keys.
#[derive(Clone, PartialEq)]
pub struct Receipt(pub Value);

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receipt")
    }
}

impl From<StoreSnapshot> for LookedUp {
    fn from(snapshot: StoreSnapshot) -> Self {
        Self {
            snapshot,
            receipt: None,
            others: Vec::new(),
        }
    }
}
