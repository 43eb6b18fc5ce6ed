//! Evidence for a decision: the store's answer, or a signed state in its place.

use cloud::subscriptions::StoredReceipt;
use domain::{StoreSnapshot, Timestamp};
use stores::LookedUp;

/// Evidence about a purchase from its store.
pub(crate) enum Evidence {
    /// The answer to a look-up.
    Answer(Box<LookedUp>),
    /// State that the store signed in a notification, or that its answer about another purchase
    /// shows.
    Notice(Box<StoreSnapshot>),
    /// The store did not know the purchase at this time.
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
