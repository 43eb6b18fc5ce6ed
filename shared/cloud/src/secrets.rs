//! Store credentials in Secrets Manager: one secret per broadcaster and store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use domain::{BroadcasterId, Environment, Store};
use stores::{ConfigRules, StoreConfig};
use tokio::sync::Mutex;

use crate::CloudError;
use crate::environment::Aws;
use crate::item::sha256_hex;

/// Time for which a function caches credentials.
const LIFE: Duration = Duration::from_secs(60);

/// Cache time for a caller whose request was refused, and for the fact that a store is not
/// configured. Refusals cost the caller nothing, so each one must not cost a call of ours.
const LEAST_LIFE: Duration = Duration::from_secs(5);

/// Largest number of cache entries for stores that are not configured: strangers may name any
/// broadcaster.
const MOST_ABSENT: usize = 1000;

type Remembered = HashMap<(BroadcasterId, Store), Known>;

/// Cached result of reading a secret.
#[derive(Debug)]
struct Known {
    /// When the reading began.
    read_at: Instant,
    /// `None` if there was no secret.
    found: Option<Found>,
}

/// Configuration as it was read.
#[derive(Debug)]
struct Found {
    /// Digest of the secret's text. An unchanged one keeps `config`, so that identity means
    /// equality.
    digest: String,
    config: Arc<StoreConfig>,
}

impl Known {
    fn config(&self) -> Option<&Arc<StoreConfig>> {
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

/// Client of all broadcasters' store credentials.
#[derive(Debug)]
pub struct StoreSecrets {
    client: Client,
    prefix: String,
    environment: Environment,
    rules: ConfigRules,
    remembered: Mutex<Remembered>,
}

impl StoreSecrets {
    /// Builds a client for the secrets whose names begin with `SECRET_PREFIX`.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if a variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: Client::new(&aws.config),
            prefix: aws.required("SECRET_PREFIX")?,
            environment: aws.stage()?,
            rules: ConfigRules {
                local_stack: aws.local_stack(),
            },
            remembered: Mutex::default(),
        })
    }

    /// Returns the broadcaster's configuration for a store, or `None` if there is none. Cached for
    /// a minute; that there is none, for five seconds.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager can't be reached or the secret can't be used.
    pub async fn get(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<Arc<StoreConfig>>, CloudError> {
        let fresh = |known: &Known| known.is_younger_than(LIFE);
        self.get_if(broadcaster, store, fresh).await
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
    ) -> Result<Option<Arc<StoreConfig>>, CloudError> {
        let fresh = |known: &Known| known.is_younger_than(LEAST_LIFE);
        self.get_if(broadcaster, store, fresh).await
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
        refused: &Arc<StoreConfig>,
        asked: Instant,
    ) -> Result<Option<Arc<StoreConfig>>, CloudError> {
        // Compared by identity: an unchanged secret keeps its `Arc`, see `Found::digest`.
        let other = |config: &Arc<StoreConfig>| !Arc::ptr_eq(config, refused);
        let fresh = |known: &Known| known.read_at >= asked || known.config().is_some_and(other);
        let config = self.get_if(broadcaster, refused.store(), fresh).await?;
        Ok(config.filter(other))
    }

    /// Returns the cached configuration if it is fresh enough, otherwise the stored one.
    async fn get_if(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        is_fresh: impl Fn(&Known) -> bool,
    ) -> Result<Option<Arc<StoreConfig>>, CloudError> {
        let key = (broadcaster.clone(), store);
        // The lock is held while reading, so that simultaneous tasks cause one call.
        let mut remembered = self.remembered.lock().await;
        let known = remembered.get(&key);
        if let Some(known) = known.filter(|known| is_fresh(known)) {
            return Ok(known.config().map(Arc::clone));
        }
        let read_at = Instant::now();
        let read = self.read(broadcaster, store).await?;
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

    /// Stores a configuration as the JSON that was received.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager refused.
    pub async fn put(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        config: &serde_json::Value,
    ) -> Result<(), CloudError> {
        let name = self.name(broadcaster, store);
        // Changed first, because creating a secret whose name exists would fail.
        let put = self
            .client
            .put_secret_value()
            .secret_id(&name)
            .secret_string(config.to_string())
            .send()
            .await;
        self.forget(broadcaster, store).await;
        let Err(error) = put else {
            return Ok(());
        };
        let missing = error
            .as_service_error()
            .is_some_and(|e| e.is_resource_not_found_exception());
        if !missing {
            return Err(CloudError::service("storing credentials", error));
        }
        self.client
            .create_secret()
            .name(name)
            .secret_string(config.to_string())
            .send()
            .await
            .map_err(|error| CloudError::service("storing credentials", error))?;
        Ok(())
    }

    /// Deletes a configuration at once and returns whether there was one.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager refused.
    pub async fn delete(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<bool, CloudError> {
        let deleted = self
            .client
            .delete_secret()
            .secret_id(self.name(broadcaster, store))
            // A secret that waits for its deletion would block its name for at least seven days.
            .force_delete_without_recovery(true)
            .send()
            .await;
        self.forget(broadcaster, store).await;
        match deleted {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_not_found_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(CloudError::service("deleting credentials", error)),
        }
    }

    /// Checks a configuration by the rules of this stack.
    ///
    /// # Errors
    /// [`stores::FieldError`] names the field and the rule.
    pub fn parse(
        &self,
        store: Store,
        config: &serde_json::Value,
    ) -> Result<StoreConfig, stores::FieldError> {
        StoreConfig::parse(store, config, self.environment, &self.rules)
    }

    /// Returns the configuration by which a notification is read where a store is not configured;
    /// `None` where strangers can't send any that would be valid.
    #[must_use]
    pub fn unconfigured(&self, store: Store) -> Option<StoreConfig> {
        StoreConfig::unconfigured(store, self.environment, &self.rules)
    }

    async fn read(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<(String, StoreConfig)>, CloudError> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(self.name(broadcaster, store))
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_not_found_exception()) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(CloudError::service("reading credentials", error)),
        };
        let stored = |reason| CloudError::Stored {
            what: "store configuration",
            reason,
        };
        let text = answer.secret_string.unwrap_or_default();
        // serde_json's messages give positions, never content.
        let json = serde_json::from_str(&text).map_err(|error| stored(error.to_string()))?;
        let config = self
            .parse(store, &json)
            .map_err(|error| stored(error.to_string()))?;
        Ok(Some((sha256_hex(&text), config)))
    }

    fn name(&self, broadcaster: &BroadcasterId, store: Store) -> String {
        format!("{}{broadcaster}/{store}", self.prefix)
    }
}
