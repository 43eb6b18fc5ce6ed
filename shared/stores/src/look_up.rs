//! Result of a look-up.

use domain::StoreSnapshot;
use serde_json::Value;

/// The store's answer about a purchase, and what else it says.
#[derive(Debug, Clone, PartialEq)]
pub struct LookedUp {
    /// Snapshot of the purchase.
    pub snapshot: StoreSnapshot,
    /// The store's own answer, if it is kept as a receipt. Contains no names and addresses of
    /// people.
    pub receipt: Option<Receipt>,
    /// Snapshots of other purchases of the same customer in the same answer.
    pub others: Vec<StoreSnapshot>,
}

/// Store's answer as received. `Debug` shows nothing of it, because it contains purchase keys.
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
