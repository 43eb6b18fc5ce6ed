//! Settings of broadcasters, read at most once per run.

use std::collections::HashMap;
use std::sync::Arc;

use cloud::CloudError;
use cloud::broadcasters::Broadcasters;
use domain::{BroadcasterId, BroadcasterSettings};
use tokio::sync::Mutex;

/// Cache of the settings for one run; `None` for a broadcaster that does not exist.
#[derive(Debug)]
pub(crate) struct Tenants {
    broadcasters: Broadcasters,
    known: Mutex<HashMap<BroadcasterId, Option<Arc<BroadcasterSettings>>>>,
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

    /// Returns the broadcaster's settings, or `None` if there is no such broadcaster. One whose
    /// profile this version can't read exists and has the defaults.
    pub(crate) async fn settings(
        &self,
        broadcaster: &BroadcasterId,
    ) -> Result<Option<Arc<BroadcasterSettings>>, CloudError> {
        // Locked while reading: all shards ask at once, and each broadcaster is to be read once.
        let mut known = self.known.lock().await;
        if let Some(settings) = known.get(broadcaster) {
            return Ok(settings.clone());
        }
        let settings = match self.broadcasters.profile(broadcaster).await {
            Ok(profile) => profile.map(|profile| Arc::new(profile.settings)),
            // A profile written by a newer version must not take its purchases off the schedule.
            Err(CloudError::Stored { .. }) => Some(Arc::default()),
            Err(error) => return Err(error),
        };
        known.insert(broadcaster.clone(), settings.clone());
        Ok(settings)
    }
}
