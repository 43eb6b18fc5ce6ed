//! Broadcasters' store configurations, parsed and cached.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{BroadcasterId, ConfigRules, Environment, FieldError, Store};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::CloudError;
use crate::environment::Aws;
use crate::item::sha256_hex;
use crate::secrets::StoreSecrets;

/// Parser of configurations by the rules of a stack.
pub type Parser<C> = fn(Store, &Value, Environment, &ConfigRules) -> Result<C, FieldError>;

/// Time for which a function caches credentials. Replaced ones are read at once where a store, or a
/// signature, refuses the cached ones.
const LIFE: Duration = Duration::from_secs(300);

/// Cache time for a caller whose request was refused, and for the fact that a store is not
/// configured. Refusals cost the caller nothing, so each one must not cost a call of ours.
const LEAST_LIFE: Duration = Duration::from_secs(5);

/// Largest number of cache entries for stores that are not configured: strangers may name any
/// broadcaster.
const MOST_ABSENT: usize = 1000;

type Remembered<C> = HashMap<(BroadcasterId, Store), Known<C>>;

/// Cached result of reading a secret.
#[derive(Debug)]
struct Known<C> {
    /// Time at which the reading began.
    read_at: Instant,
    /// `None` if there was no secret.
    found: Option<Found<C>>,
}

/// Configuration as it was read.
#[derive(Debug)]
struct Found<C> {
    /// Digest of the secret's text. An unchanged one keeps `config`, so that identity means
    /// equality.
    digest: String,
    config: Arc<C>,
}

impl<C> Known<C> {
    fn config(&self) -> Option<&Arc<C>> {
        self.found.as_ref().map(|found| &found.config)
    }

    /// Whether it was read within `life`. For an absent secret [`LEAST_LIFE`] counts instead,
    /// because a store may be configured at any moment.
    fn is_younger_than(&self, life: Duration) -> bool {
        let life = if self.found.is_some() {
            life
        } else {
            LEAST_LIFE
        };
        self.read_at.elapsed() < life
    }
}

/// Configurations of all broadcasters' stores, as the parser returns them.
#[derive(Debug)]
pub struct StoreConfigs<C> {
    secrets: StoreSecrets,
    parser: Parser<C>,
    environment: Environment,
    rules: ConfigRules,
    remembered: Mutex<Remembered<C>>,
}

impl<C> StoreConfigs<C> {
    /// Builds an empty cache of the configurations that `parser` reads from the secrets.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if a variable is missing.
    pub fn from_environment(aws: &Aws, parser: Parser<C>) -> Result<Self, CloudError> {
        Ok(Self {
            secrets: StoreSecrets::from_environment(aws)?,
            parser,
            environment: aws.stage()?,
            rules: aws.config_rules(),
            remembered: Mutex::default(),
        })
    }

    /// Returns the broadcaster's configuration for a store, or `None` if there is none. Cached for
    /// five minutes; that there is none, for five seconds.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager can't be reached or the secret can't be used.
    pub async fn get(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<Arc<C>>, CloudError> {
        let fresh = |known: &Known<C>| known.is_younger_than(LIFE);
        self.get_if(broadcaster, store, fresh, ready(Ok(true)))
            .await
    }

    /// Returns the configuration as [`get`](Self::get) does, for a request of which nothing is
    /// proven: the secret is read only if the broadcaster `exists`. A call of Secrets Manager costs
    /// many times as much as a read of a table, and strangers may name any broadcaster.
    ///
    /// # Errors
    /// As [`get`](Self::get), and those of `exists`.
    pub async fn get_unproven(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        exists: impl Future<Output = Result<bool, CloudError>>,
    ) -> Result<Option<Arc<C>>, CloudError> {
        let fresh = |known: &Known<C>| known.is_younger_than(LIFE);
        self.get_if(broadcaster, store, fresh, exists).await
    }

    /// Returns the configuration with a shorter cache time (5 s): for a caller that was refused,
    /// whose credentials may have been changed just now.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn get_again(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<Arc<C>>, CloudError> {
        let fresh = |known: &Known<C>| known.is_younger_than(LEAST_LIFE);
        self.get_if(broadcaster, store, fresh, ready(Ok(true)))
            .await
    }

    /// Returns the configuration that has replaced `refused`, with which a store was `asked` and
    /// refused; `None` if that one is still current. It is read again, unless another task has done
    /// so since.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn rotated(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        refused: &Arc<C>,
        asked: Instant,
    ) -> Result<Option<Arc<C>>, CloudError> {
        // Compared by identity: an unchanged secret keeps its `Arc`, see `Found::digest`.
        let other = |config: &Arc<C>| !Arc::ptr_eq(config, refused);
        let fresh = |known: &Known<C>| known.read_at >= asked || known.config().is_some_and(other);
        let exists = ready(Ok(true));
        let config = self.get_if(broadcaster, store, fresh, exists).await?;
        Ok(config.filter(other))
    }

    /// Returns the cached configuration if it is fresh enough, otherwise the stored one.
    async fn get_if(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        is_fresh: impl Fn(&Known<C>) -> bool,
        exists: impl Future<Output = Result<bool, CloudError>>,
    ) -> Result<Option<Arc<C>>, CloudError> {
        let key = (broadcaster.clone(), store);
        // The lock is held while reading, so that simultaneous tasks cause one call.
        let mut remembered = self.remembered.lock().await;
        let known = remembered.get(&key);
        if let Some(known) = known.filter(|known| is_fresh(known)) {
            return Ok(known.config().map(Arc::clone));
        }
        // Before the call: a secret that is replaced while it runs must not count as read after the
        // replacement.
        let read_at = Instant::now();
        let read = if exists.await? {
            self.read(broadcaster, store).await?
        } else {
            None
        };
        let before = known.and_then(|known| known.found.as_ref());
        let found = read.map(|(digest, config)| {
            let unchanged = before.filter(|before| before.digest == digest);
            let config = unchanged.map_or_else(|| Arc::new(config), |known| known.config.clone());
            Found { digest, config }
        });
        if found.is_none() && remembered.len() >= MOST_ABSENT {
            remembered.retain(|_, known| known.found.is_some());
        }
        let known = Known { read_at, found };
        let config = known.config().map(Arc::clone);
        remembered.insert(key, known);
        Ok(config)
    }

    /// Removes a configuration from the cache, so that the next [`get`](Self::get) reads it.
    pub async fn forget(&self, broadcaster: &BroadcasterId, store: Store) {
        let mut remembered = self.remembered.lock().await;
        remembered.remove(&(broadcaster.clone(), store));
    }

    /// Stores a configuration as the JSON that was received. The next [`get`](Self::get) reads it.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager refused.
    pub async fn put(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        config: &Value,
    ) -> Result<(), CloudError> {
        let put = self.secrets.put(broadcaster, store, config).await;
        self.forget(broadcaster, store).await;
        put
    }

    /// Checks a configuration by the rules of this stack.
    ///
    /// # Errors
    /// [`FieldError`] names the field and the rule.
    pub fn parse(&self, store: Store, config: &Value) -> Result<C, FieldError> {
        (self.parser)(store, config, self.environment, &self.rules)
    }

    async fn read(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<(String, C)>, CloudError> {
        let Some(text) = self.secrets.read(broadcaster, store).await? else {
            return Ok(None);
        };
        let stored = |reason| CloudError::Stored {
            what: "store configuration",
            reason,
        };
        // serde_json's messages give positions, never content.
        let json = serde_json::from_str(&text).map_err(|error| stored(error.to_string()))?;
        let config = self
            .parse(store, &json)
            .map_err(|error| stored(error.to_string()))?;
        Ok(Some((sha256_hex(&text), config)))
    }
}
