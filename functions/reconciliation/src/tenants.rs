//! Which broadcasters there are, asked for once a run.

use std::collections::HashMap;

use cloud::CloudError;
use cloud::broadcasters::Broadcasters;
use domain::BroadcasterId;
use tokio::sync::Mutex;

/// Broadcasters by id, and whether they have a profile.
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

    /// Forgets what an earlier run was told.
    pub(crate) async fn forget(&self) {
        self.known.lock().await.clear();
    }

    /// Whether there is such a broadcaster. One whose profile can't be read exists.
    pub(crate) async fn exists(&self, broadcaster: &BroadcasterId) -> Result<bool, CloudError> {
        let mut known = self.known.lock().await;
        if let Some(exists) = known.get(broadcaster) {
            return Ok(*exists);
        }
        let exists = match self.broadcasters.profile(broadcaster).await {
            Ok(profile) => profile.is_some(),
            Err(CloudError::Stored { .. }) => true,
            Err(error) => return Err(error),
        };
        known.insert(broadcaster.clone(), exists);
        Ok(exists)
    }
}
