//! Access to a store for one verification: the credentials, and the time that is left.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cloud::CloudError;
use cloud::deadline::Deadline;
use stores::{LookUpError, StoreConfig};

use crate::handler::Verifier;
use crate::verify::Work;

/// The way to a broadcaster's store.
#[derive(Debug)]
pub(crate) struct StoreSession {
    config: Mutex<Arc<StoreConfig>>,
    /// When the function must have ended.
    deadline: Deadline,
}

impl StoreSession {
    pub(crate) const fn new(config: Arc<StoreConfig>, deadline: Deadline) -> Self {
        Self {
            config: Mutex::new(config),
            deadline,
        }
    }

    /// The configuration in force.
    pub(crate) fn config(&self) -> Arc<StoreConfig> {
        Arc::clone(&self.config.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, config: Arc<StoreConfig>) {
        *self.config.lock().unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// The store's answer, if it comes before the function must end.
    pub(crate) async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, LookUpError>>,
    ) -> Result<T, LookUpError> {
        self.deadline.in_time(answer).await
    }
}

impl Verifier {
    /// Whether the store refused credentials that were replaced meanwhile. The session has the new ones
    /// then: ask again.
    pub(crate) async fn rotated<T>(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        refused: &Arc<StoreConfig>,
        asked: Instant,
        answer: &Result<T, LookUpError>,
    ) -> Result<bool, CloudError> {
        if !matches!(answer, Err(LookUpError::Unauthorized)) {
            return Ok(false);
        }
        let broadcaster = &work.verification.broadcaster_id;
        let rotated = self.secrets.rotated(broadcaster, refused, asked).await?;
        let is_rotated = rotated.is_some();
        if let Some(config) = rotated {
            tracing::info!(%broadcaster, store = %config.store(), "the credentials were rotated");
            session.replace(config);
        }
        Ok(is_rotated)
    }
}
