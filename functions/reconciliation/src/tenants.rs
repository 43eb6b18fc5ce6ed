//! Existence of broadcasters, read at most once per run.

use std::collections::HashMap;

use cloud::CloudError;
use cloud::broadcasters::Broadcasters;
use domain::BroadcasterId;
use tokio::sync::Mutex;

/// Cache of whether a broadcaster has a profile, for one run.
#[derive(Debug)]
pub(crate) struct Tenants {
    broadcasters: Broadcasters,
    known: Mutex<HashMap<BroadcasterId, bool>>,
}

impl Tenants {
    pub(crate) fn new(broadcasters: Broadcasters) -> Self {
        Self {
            broadcasters,
            known: Mutex::default(),
        }
    }

    /// Empties the cache. A warm function keeps it from one run to the next.
    pub(crate) async fn forget(&self) {
        self.known.lock().await.clear();
    }

    /// Whether the broadcaster exists. One whose profile this version can't read exists.
    pub(crate) async fn exists(&self, broadcaster: &BroadcasterId) -> Result<bool, CloudError> {
        // Locked while reading: all shards ask at once, and each broadcaster is to be read once.
        let mut known = self.known.lock().await;
        if let Some(exists) = known.get(broadcaster) {
            return Ok(*exists);
        }
        let exists = match self.broadcasters.profile(broadcaster).await {
            Ok(profile) => profile.is_some(),
            // A profile written by a newer version must not take its purchases off the schedule.
            Err(CloudError::Stored { .. }) => true,
            Err(error) => return Err(error),
        };
        known.insert(broadcaster.clone(), exists);
        Ok(exists)
    }
}
