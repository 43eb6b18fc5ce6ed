//! Google Play, as `docs/stores/android.md` describes it: the Android Publisher API, access
//! tokens for service accounts, and developer notifications pushed by Pub/Sub with signed tokens.
//!
//! What happens to purchases is in [`model`], which needs no HTTP.

mod account;
mod bodies;
mod certs;
mod configuration;
mod control;
mod google_error;
mod jwt;
pub mod model;
mod one_time;
mod one_time_control;
mod one_time_routes;
mod package;
mod publisher;
mod push;
mod routes;
mod sending;
mod signing_key;
mod voided;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use bodies::{ActionOutcome, Calls, CustomPush, Gets, OneTimeSold, SentPush, SignWith};
pub use configuration::{Configuration, Refusals};
pub use control::{Android, AndroidControl};

pub(crate) use routes::router;

use bodies::{CurrentKey, Rotation};
use package::Package;
use signing_key::KeyError;

/// Every app that was configured, by its package name.
pub(crate) struct Packages {
    http: reqwest::Client,
    by_name: Mutex<BTreeMap<String, Arc<Package>>>,
}

impl Packages {
    fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            by_name: Mutex::default(),
        }
    }

    fn find(&self, name: &str) -> Option<Arc<Package>> {
        self.lock().get(name).cloned()
    }

    fn find_or_add(&self, name: &str) -> Result<Arc<Package>, KeyError> {
        if let Some(known) = self.find(name) {
            return Ok(known);
        }
        let made = Package::new(name, self.http.clone())?;
        let mut by_name = self.lock();
        Ok(Arc::clone(by_name.entry(name.to_owned()).or_insert(made)))
    }

    fn find_by(&self, wanted: impl Fn(&Package) -> bool) -> Option<Arc<Package>> {
        self.all().into_iter().find(|package| wanted(package))
    }

    fn all(&self) -> Vec<Arc<Package>> {
        self.lock().values().cloned().collect()
    }

    fn remove(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Package>>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
