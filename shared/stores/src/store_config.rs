//! A broadcaster's configuration for one store.

use std::any::Any;
use std::ops::Deref;
use std::sync::Arc;

use domain::{ConfigRules, Environment, FieldError, Store};
use serde_json::Value;

use crate::connector::Connector;
use crate::connectors::profile;

/// Least number of secret characters of a secret. All stores issue longer ones; a shorter one is a
/// mistake, or can be guessed.
const LEAST_SECRET: usize = 16;

/// A broadcaster's configuration for one store, with credentials and switches: the store's
/// [`Connector`], to which it dereferences. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    store: Store,
    connector: Arc<dyn Connector>,
}

impl Deref for StoreConfig {
    type Target = dyn Connector;

    fn deref(&self) -> &Self::Target {
        &*self.connector
    }
}

impl StoreConfig {
    /// Parses a configuration as a broadcaster sends it and as it is stored: camelCase JSON. An
    /// absent field and `null` both mean the default.
    ///
    /// # Errors
    /// [`FieldError`] names the first field that breaks a rule; an unknown field does.
    pub fn parse(
        store: Store,
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let connector = (profile(store).configure)(json, environment, rules)?;
        Ok(Self {
            store,
            connector: Arc::from(connector),
        })
    }

    /// Returns a configuration under which nothing belongs to a broadcaster. A notification for a
    /// store that is not configured is read with it, so that its answer does not reveal who uses
    /// which store.
    ///
    /// `None` for a store whose notifications are proven by a secret that only the broadcaster has.
    #[must_use]
    pub fn unconfigured(
        store: Store,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Option<Self> {
        let json = profile(store).unconfigured?(rules);
        Self::parse(store, &json, environment, rules).ok()
    }

    /// Returns the store.
    #[must_use]
    pub const fn store(&self) -> Store {
        self.store
    }

    /// Returns the configuration as the type of its store; `None` if it is another store's.
    #[must_use]
    pub fn downcast_ref<C: Connector>(&self) -> Option<&C> {
        let connector: &dyn Any = &*self.connector;
        connector.downcast_ref()
    }

    /// Checks what only a new configuration must satisfy: no secret is shorter than 16 characters.
    /// What an earlier version stored is still accepted.
    ///
    /// # Errors
    /// [`FieldError`] names the first field with such a secret.
    pub fn check_secrets(&self) -> Result<(), FieldError> {
        let mut secrets = self.secret_lengths().into_iter();
        let short = secrets.find(|(_, length)| *length < LEAST_SECRET);
        short.map_or(Ok(()), |(name, _)| {
            let rule = format!("must have at least {LEAST_SECRET} characters");
            Err(FieldError::new(name, rule))
        })
    }
}
