//! Store credentials in Secrets Manager: one secret per broadcaster and store.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use domain::{BroadcasterId, Environment, Store};
use stores::{ConfigRules, StoreConfig};
use tokio::sync::Mutex;

use crate::CloudError;
use crate::environment::Aws;

/// How long a function remembers credentials.
const LIFE: Duration = Duration::from_secs(60);

/// How long even a caller who was refused goes by what is remembered: refusals cost the refused
/// nothing, so they must not cost us a call each.
const LEAST_LIFE: Duration = Duration::from_secs(5);

type Remembered = HashMap<(BroadcasterId, Store), (Instant, Option<StoreConfig>)>;

/// The store credentials of all broadcasters.
#[derive(Debug)]
pub struct StoreSecrets {
    client: Client,
    prefix: String,
    environment: Environment,
    rules: ConfigRules,
    remembered: Mutex<Remembered>,
}

impl StoreSecrets {
    /// The secrets whose names start with `SECRET_PREFIX`.
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

    /// The broadcaster's configuration for a store, or `None` if there is none. Remembered for a
    /// minute.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager can't be reached or the secret can't be used.
    pub async fn get(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<StoreConfig>, CloudError> {
        self.get_not_older(broadcaster, store, LIFE).await
    }

    /// The same, remembered for less long: for a caller who was refused and must know whether the
    /// credentials have just been changed.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn get_again(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<StoreConfig>, CloudError> {
        self.get_not_older(broadcaster, store, LEAST_LIFE).await
    }

    async fn get_not_older(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        life: Duration,
    ) -> Result<Option<StoreConfig>, CloudError> {
        let key = (broadcaster.clone(), store);
        let mut remembered = self.remembered.lock().await;
        if let Some((since, config)) = remembered.get(&key)
            && since.elapsed() < life
        {
            return Ok(config.clone());
        }
        let config = self.read(broadcaster, store).await?;
        // A missing one is not remembered: it may be put at any moment.
        if config.is_some() {
            remembered.insert(key, (Instant::now(), config.clone()));
        }
        Ok(config)
    }

    /// Forgets a configuration, so that the next [`get`](Self::get) reads it anew.
    pub async fn forget(&self, broadcaster: &BroadcasterId, store: Store) {
        let mut remembered = self.remembered.lock().await;
        remembered.remove(&(broadcaster.clone(), store));
    }

    /// Stores a configuration, new or changed, as the JSON that it was read from.
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
        let put = self
            .client
            .put_secret_value()
            .secret_id(&name)
            .secret_string(config.to_string())
            .send()
            .await;
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

    async fn read(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<StoreConfig>, CloudError> {
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
        Ok(Some(config))
    }

    fn name(&self, broadcaster: &BroadcasterId, store: Store) -> String {
        format!("{}{broadcaster}/{store}", self.prefix)
    }
}
