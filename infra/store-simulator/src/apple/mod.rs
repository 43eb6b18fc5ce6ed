//! The Apple App Store, as `docs/stores/apple.md` describes it: the App Store Server API of both
//! environments, and App Store Server Notifications V2, everything signed with certificates of its
//! own.
//!
//! What happens to purchases is in [`model`], which needs no HTTP and no signatures.

mod answers;
mod api;
mod api_key;
mod app;
mod apple_error;
mod bodies;
mod calls;
mod certificates;
mod configuration;
mod control;
mod custom;
mod forgery;
mod history;
mod jws;
pub mod model;
mod notification_history;
mod outlet;
mod payload;
mod routes;
mod sending;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use bodies::{
    ActionOutcome, ApiCall, ApiKey, ApiRefusal, Calls, LookUps, RootCertificate, SentNotification,
};
pub use configuration::Configuration;
pub use control::{Apple, AppleControl};
pub use custom::{CustomNotification, Signing};
pub use forgery::Forgery;

pub(crate) use routes::router;

use app::App;
use certificates::SigningError;

/// Every app that was configured, by its bundle id.
pub(crate) struct Apps {
    http: reqwest::Client,
    by_bundle: Mutex<BTreeMap<String, Arc<App>>>,
}

impl Apps {
    fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            by_bundle: Mutex::default(),
        }
    }

    fn find(&self, bundle_id: &str) -> Option<Arc<App>> {
        self.lock().get(bundle_id).cloned()
    }

    fn find_or_add(&self, bundle_id: &str) -> Result<Arc<App>, SigningError> {
        if let Some(known) = self.find(bundle_id) {
            return Ok(known);
        }
        let made = App::new(bundle_id, &self.http)?;
        let mut by_bundle = self.lock();
        let app = by_bundle.entry(bundle_id.to_owned()).or_insert(made);
        Ok(Arc::clone(app))
    }

    fn remove(&self, bundle_id: &str) {
        self.lock().remove(bundle_id);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<App>>> {
        self.by_bundle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
