//! Calls to a store for one task: within the store's rate limit and the remaining time, with the
//! current credentials.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cloud::CloudError;
use cloud::deadline::Deadline;
use cloud::purchases::{Purchases, RateLimit};
use cloud::store_configs::StoreConfigs;
use domain::{Locator, validation::ValidationFailure};
use domain::{StoreState, Timestamp};
use stores::{ConnectorContext, LookUpError, LookedUp, StoreConfig};

use crate::halt::{Halt, Step};
use crate::task::Task;

/// Number of attempts of one call, each with other credentials.
const ROTATIONS: usize = 2;

/// Client of all stores.
#[derive(Debug)]
pub(crate) struct StoreClient {
    pub(crate) context: ConnectorContext,
    pub(crate) configs: StoreConfigs<StoreConfig>,
    pub(crate) purchases: Purchases,
}

/// Access to a broadcaster's store for one task.
#[derive(Debug)]
pub(crate) struct StoreSession {
    config: Mutex<Arc<StoreConfig>>,
    deadline: Deadline,
}

impl StoreSession {
    /// Returns the current configuration.
    pub(crate) fn config(&self) -> Arc<StoreConfig> {
        Arc::clone(&self.config.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, config: Arc<StoreConfig>) {
        *self.config.lock().unwrap_or_else(PoisonError::into_inner) = config;
    }
}

impl StoreClient {
    /// Opens access to the store of a task.
    pub(crate) async fn open(&self, task: &Task<'_>) -> Step<StoreSession> {
        let config = self.configs.get(task.broadcaster(), task.store()).await?;
        let config = config.ok_or(Halt::Refused(ValidationFailure::NotConfigured))?;
        Ok(StoreSession {
            config: Mutex::new(config),
            deadline: task.deadline,
        })
    }

    /// Looks up a purchase. If the store has a rate limit, it first waits for a slot; if too many
    /// callers are waiting already, the result is as if the store had asked to wait.
    pub(crate) async fn look_up(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Step<LookedUp> {
        for _rotation in 0..ROTATIONS {
            let (config, asked) = (session.config(), Instant::now());
            self.reserve_slot(task, &config).await?;
            let answer = config.look_up(&self.context, locator, observed_at);
            let answer = session
                .deadline
                .in_time(answer, LookUpError::out_of_time)
                .await;
            if !self.rotated(task, session, &config, asked, &answer).await? {
                return answer.map_err(Halt::Store);
            }
        }
        Err(Halt::Store(LookUpError::Unauthorized))
    }

    /// Acknowledges a purchase at the store.
    pub(crate) async fn acknowledge(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        locator: &Locator,
        state: &StoreState,
    ) -> Step<()> {
        for _rotation in 0..ROTATIONS {
            let (config, asked) = (session.config(), Instant::now());
            let answer = config.acknowledge(&self.context, locator, state);
            let answer = session
                .deadline
                .in_time(answer, LookUpError::out_of_time)
                .await;
            if !self.rotated(task, session, &config, asked, &answer).await? {
                return answer.map_err(Halt::Store);
            }
        }
        Err(Halt::Store(LookUpError::Unauthorized))
    }

    /// Waits for the next slot of a store with a rate limit.
    async fn reserve_slot(&self, task: &Task<'_>, config: &StoreConfig) -> Step<()> {
        let Some(interval) = config.pace() else {
            return Ok(());
        };
        let (broadcaster, now) = (task.broadcaster(), task.deadline.now());
        let turn = self
            .purchases
            .reserve_slot(broadcaster, config.store(), interval, now)
            .await?;
        match turn {
            RateLimit::After(wait) => tokio::time::sleep(wait).await,
            RateLimit::Exceeded(wait) => {
                return Err(Halt::Store(LookUpError::Throttled {
                    retry_after: Some(wait),
                }));
            }
        }
        Ok(())
    }

    /// Whether the store refused credentials that have been replaced meanwhile. If so, the session
    /// has the new ones and the call is to be repeated.
    async fn rotated<T>(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        refused: &Arc<StoreConfig>,
        asked: Instant,
        answer: &Result<T, LookUpError>,
    ) -> Result<bool, CloudError> {
        if !matches!(
            answer,
            Err(LookUpError::Unauthorized | LookUpError::InvalidRequest(_))
        ) {
            return Ok(false);
        }
        let broadcaster = task.broadcaster();
        let rotated = self
            .configs
            .rotated(broadcaster, task.store(), refused, asked)
            .await?;
        let is_rotated = rotated.is_some();
        if let Some(config) = rotated {
            tracing::info!(%broadcaster, store = %config.store(), "the credentials were rotated");
            session.replace(config);
        }
        Ok(is_rotated)
    }
}
