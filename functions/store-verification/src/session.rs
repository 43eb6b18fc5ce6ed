//! Access to a store for one verification: the credentials, and the time that is left.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cloud::CloudError;
use stores::{LookUpError, StoreConfig};

use crate::deadline::Deadline;
use crate::handler::Verifier;
use crate::verify::Work;

/// What the function needs after a store's answer: to write what was decided.
const RESERVE: Duration = Duration::from_secs(2);

/// A question is not begun with less time than this.
const LEAST: Duration = Duration::from_secs(3);

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

    /// The store's answer, if it comes before the function must end. With too little time left, it is not
    /// asked at all.
    pub(crate) async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, LookUpError>>,
    ) -> Result<T, LookUpError> {
        let left = self.deadline.left();
        let left = left.saturating_sub(RESERVE);
        if left < LEAST {
            let why = "too little time was left to ask it";
            return Err(LookUpError::Unavailable(why.to_owned()));
        }
        tokio::time::timeout(left, answer)
            .await
            .unwrap_or_else(|_| Err(LookUpError::Unavailable("no answer in time".to_owned())))
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
