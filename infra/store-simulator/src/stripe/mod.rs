//! Stripe: subscriptions and single payments on the web, and in apps of a TV that sell there. Its
//! read-only API, and its events, signed and delivered as webhooks.
//!
//! What happens to subscriptions and payments is in [`model`], which needs no HTTP.

mod account;
mod api;
mod bodies;
mod configuration;
mod control;
mod endpoint;
mod forging;
mod history;
mod key;
mod limiter;
pub mod model;
mod routes;
mod sending;
mod signature;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use bodies::{ActionOutcome, Calls, CustomEvent, LookUps, SentEvent, SignWith};
pub use configuration::{Configuration, MINIMAL_EVENTS};
pub use control::{Stripe, StripeControl};
pub use key::{ApiKey, Permission};

pub(crate) use routes::router;

use account::Account;

/// Every account that was configured, by its id.
pub(crate) struct Accounts {
    http: reqwest::Client,
    by_id: Mutex<BTreeMap<String, Arc<Account>>>,
}

impl Accounts {
    fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            by_id: Mutex::default(),
        }
    }

    fn find(&self, id: &str) -> Option<Arc<Account>> {
        self.lock().get(id).cloned()
    }

    fn find_or_add(&self, id: &str) -> Arc<Account> {
        let mut by_id = self.lock();
        let made = || Account::new(id, self.http.clone());
        Arc::clone(by_id.entry(id.to_owned()).or_insert_with(made))
    }

    /// The account that a key opens, and what the key may do.
    fn find_by_key(&self, given: &str) -> Option<(Arc<Account>, ApiKey)> {
        let accounts = self.lock();
        accounts.values().find_map(|account| {
            let configuration = account.configuration();
            let mut keys = configuration.api_keys.iter();
            let key = keys.find(|key| *key.key == *given)?;
            Some((Arc::clone(account), key.clone()))
        })
    }

    fn remove(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Account>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
