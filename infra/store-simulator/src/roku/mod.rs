//! Roku Pay, by a reading of its documents that is independent of the connector: the web service
//! that validates transactions, and push notifications as signed JWS.
//!
//! What happens to purchases is in [`model`], which needs no HTTP.

mod account;
mod arrivals;
mod bodies;
mod configuration;
mod control;
mod custom_push;
mod jwks;
mod jws;
pub mod model;
mod push;
mod refusals;
mod routes;
mod sending;
mod service;
mod signing_key;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use bodies::{ActionOutcome, Calls, LookUps, Replay, SentPush};
pub use configuration::{Configuration, Refusals};
pub use control::{Roku, RokuControl};
pub use custom_push::{Alphabet, CustomPush, Damage, SignWith, Stream};

pub(crate) use routes::router;

use account::Account;
use bodies::{CurrentKey, Rotation};
use signing_key::KeyError;

/// Every account that was configured, by its name.
pub(crate) struct Accounts {
    http: reqwest::Client,
    by_name: Mutex<BTreeMap<String, Arc<Account>>>,
}

impl Accounts {
    fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            by_name: Mutex::default(),
        }
    }

    fn find(&self, name: &str) -> Option<Arc<Account>> {
        self.lock().get(name).cloned()
    }

    fn find_or_add(&self, name: &str) -> Result<Arc<Account>, KeyError> {
        if let Some(known) = self.find(name) {
            return Ok(known);
        }
        let made = Account::new(name, &self.http)?;
        let mut by_name = self.lock();
        Ok(Arc::clone(by_name.entry(name.to_owned()).or_insert(made)))
    }

    fn find_by(&self, wanted: impl Fn(&Account) -> bool) -> Option<Arc<Account>> {
        self.all().into_iter().find(|account| wanted(account))
    }

    fn others_have_a_key_of(&self, name: &str, configuration: &Configuration) -> bool {
        let by_name = self.lock();
        let mut others = by_name.iter().filter(|(other, _)| *other != name);
        others.any(|(_, account)| {
            let theirs = account.configuration();
            let mut ours = configuration.api_keys.iter();
            ours.any(|key| theirs.knows_key(key))
        })
    }

    fn all(&self) -> Vec<Arc<Account>> {
        self.lock().values().cloned().collect()
    }

    fn remove(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Account>>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
