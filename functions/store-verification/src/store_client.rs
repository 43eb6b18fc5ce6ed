//! Calls to a store for one task: within the store's rate limit and the remaining time, with the
//! current credentials, and not while the store gives no answers.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cloud::deadline::Deadline;
use cloud::purchases::{Limited, RateLimits, Turn};
use cloud::queue::VerificationCause;
use cloud::retry::{LEASED_TIME, LONGEST_CHECK_TURN_WAIT, LONGEST_TURN_WAIT};
use cloud::store_configs::StoreConfigs;
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use domain::{Locator, validation::ValidationFailure};
use domain::{StoreState, Timestamp};
use stores::{ConnectorContext, LookUpError, LookedUp, StoreConfig};
use tokio::time::Instant;

use crate::breaker::Breakers;
use crate::halt::{Halt, Step};
use crate::task::Task;

/// Number of attempts of one call, each with other credentials.
const ROTATIONS: usize = 2;

/// Client of all stores.
#[derive(Debug)]
pub(crate) struct StoreClient {
    pub(crate) context: ConnectorContext,
    pub(crate) configs: StoreConfigs<StoreConfig>,
    pub(crate) limits: RateLimits,
    pub(crate) breakers: Breakers,
}

/// Access to a broadcaster's store for one task.
#[derive(Debug)]
pub(crate) struct StoreSession {
    config: Mutex<Arc<StoreConfig>>,
    deadline: Deadline,
    /// Whether a turn under the store's rate limit was used. One look-up may take several calls; if
    /// the second one had to wait, the message would begin again with the first.
    had_turn: AtomicBool,
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
            had_turn: AtomicBool::new(false),
        })
    }

    /// Looks up a purchase. Halts if the store has a rate limit and the turn is not now, or if it
    /// has just failed to answer others.
    pub(crate) async fn look_up(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Step<LookedUp> {
        let ask =
            async |config: &StoreConfig| config.look_up(&self.context, locator, observed_at).await;
        self.call(task, session, locator, ask).await
    }

    /// Acknowledges a purchase at the store.
    pub(crate) async fn acknowledge(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        locator: &Locator,
        state: &StoreState,
    ) -> Step<()> {
        let ask =
            async |config: &StoreConfig| config.acknowledge(&self.context, locator, state).await;
        self.call(task, session, locator, ask).await
    }

    /// Makes a call, once more if the credentials that the store refused have been replaced.
    async fn call<T>(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        locator: &Locator,
        ask: impl AsyncFn(&StoreConfig) -> Result<T, LookUpError>,
    ) -> Step<T> {
        let pair = (task.broadcaster().clone(), task.store());
        for _rotation in 0..ROTATIONS {
            let (config, asked) = (session.config(), Instant::now());
            self.breakers.admit(&pair, asked).map_err(throttled)?;
            self.await_turn(task, session, &config, locator).await?;
            let answer = session
                .deadline
                .in_time(ask(&config), LookUpError::out_of_time)
                .await;
            self.breakers.count(&pair, &answer, Instant::now());
            if !self.rotated(task, session, &config, asked, &answer).await? {
                return answer.map_err(|error| {
                    report(task, &error);
                    Halt::Store(error)
                });
            }
        }
        Err(Halt::Store(LookUpError::Unauthorized))
    }

    /// Takes the next turn of a store with a rate limit. Halts if it is not now.
    async fn await_turn(
        &self,
        task: &Task<'_>,
        session: &StoreSession,
        config: &StoreConfig,
        locator: &Locator,
    ) -> Step<()> {
        let Some(pace) = config.pace(locator) else {
            return Ok(());
        };
        let limited = Limited {
            broadcaster: task.broadcaster().clone(),
            store: task.store(),
            part: pace.part,
        };
        let (verification, now) = (task.verification, task.deadline.now());
        if session.had_turn.load(Relaxed) {
            let counted = self.limits.count(&limited, pace.interval, now).await;
            return counted.map_err(Halt::from);
        }
        if verification.turn.is_none_or(|turn| turn > now) {
            let furthest = match verification.cause {
                VerificationCause::Reconciliation => LONGEST_CHECK_TURN_WAIT,
                VerificationCause::Claim { .. } | VerificationCause::Notification { .. } => {
                    LONGEST_TURN_WAIT
                }
            };
            let turn = self.limits.turn(&limited, pace.interval, furthest, now);
            let at = match turn.await? {
                Turn::At(at) => at,
                Turn::Later(wait) => return Err(throttled(wait)),
            };
            let wait = Duration::try_from(at.duration_since(now)).unwrap_or_default();
            if wait > LEASED_TIME {
                return Err(Halt::Turn(at));
            }
            tokio::time::sleep(wait).await;
        }
        session.had_turn.store(true, Relaxed);
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
            .rotated(broadcaster, task.store(), refused, asked.into_std())
            .await?;
        let is_rotated = rotated.is_some();
        if let Some(config) = rotated {
            tracing::info!(%broadcaster, store = %config.store(), "the credentials were rotated");
            session.replace(config);
        }
        Ok(is_rotated)
    }
}

/// Builds the halt of a task that must not ask its store now.
const fn throttled(wait: Duration) -> Halt {
    Halt::Store(LookUpError::Throttled {
        retry_after: Some(wait),
    })
}

/// Logs and counts a call after which nothing is known about the purchase.
fn report(task: &Task<'_>, error: &LookUpError) {
    if !error.is_transient() {
        return;
    }
    let (broadcaster, store) = (task.broadcaster(), task.store());
    tracing::warn!(%broadcaster, %store, %error, "the store could not answer");
    let dimensions = vec![
        ("Store", store.to_string()),
        ("Kind", error.kind().to_owned()),
    ];
    let mut metrics = Metrics::new(dimensions).count("StoreErrors");
    // Both mean that the credentials have to be corrected.
    if matches!(
        error,
        LookUpError::Unauthorized | LookUpError::InvalidRequest(_)
    ) {
        metrics = metrics.count("StoreUnauthorized");
    }
    metrics.write(clock::now());
}
