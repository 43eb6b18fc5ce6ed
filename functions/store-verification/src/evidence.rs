//! Evidence for a decision: the answer of the store, or a signed state in its place.

use cloud::subscriptions::StoredReceipt;
use domain::{StoreSnapshot, Timestamp};
use stores::LookedUp;

/// Evidence about a purchase from its store.
pub(crate) enum Evidence {
    /// The answer to a look-up.
    Answer(Box<LookedUp>),
    /// A state that the store signed before, or told in the answer about another purchase.
    Notice(Box<StoreSnapshot>),
    /// The store does not know the purchase, at this time.
    Missing(Timestamp),
}

impl Evidence {
    pub(crate) fn snapshot(&self) -> Option<&StoreSnapshot> {
        match self {
            Self::Answer(looked_up) => Some(&looked_up.snapshot),
            Self::Notice(snapshot) => Some(snapshot),
            Self::Missing(_) => None,
        }
    }

    pub(crate) fn receipt(&self) -> Option<StoredReceipt> {
        let Self::Answer(looked_up) = self else {
            return None;
        };
        let receipt = looked_up.receipt.as_ref()?;
        let at = looked_up.snapshot.observed_at;
        Some(StoredReceipt::new(&receipt.0, at))
    }
}
