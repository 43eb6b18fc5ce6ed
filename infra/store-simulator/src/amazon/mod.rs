//! The Amazon Appstore, as `docs/stores/amazon.md` describes it: the receipt verification service
//! and real-time notifications, which Amazon SNS delivers in signed envelopes.
//!
//! What happens to receipts is in [`model`], which needs no HTTP.

mod app;
mod bodies;
mod certificate;
mod configuration;
mod control;
mod custom;
mod envelope;
mod forgery;
mod forging;
pub mod model;
mod published_certificates;
mod routes;
mod rsa_sha1;
mod sending;
mod service_pages;
mod settings;
mod signing_key;
mod subscription;
mod topic;
mod verification;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use bodies::{ActionOutcome, Calls, Endpoint, LookUps, PublishedCertificate, SentMessage};
pub use certificate::CertificateKind;
pub use configuration::{CertificateAnswer, Configuration, EnvelopeTime, Slashes};
pub use control::{Amazon, AmazonControl};
pub use custom::{CustomMessage, MessageKind, SignWith};
pub use forgery::Forgery;

pub(crate) use routes::router;

use app::App;
use signing_key::KeyError;

/// Every app that was configured, by its package name.
pub(crate) struct Apps {
    http: reqwest::Client,
    by_name: Mutex<BTreeMap<String, Arc<App>>>,
}

impl Apps {
    fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            by_name: Mutex::default(),
        }
    }

    fn find(&self, name: &str) -> Option<Arc<App>> {
        self.lock().get(name).cloned()
    }

    fn find_or_add(&self, name: &str) -> Result<Arc<App>, KeyError> {
        if let Some(known) = self.find(name) {
            return Ok(known);
        }
        let made = App::new(name, self.http.clone())?;
        let mut by_name = self.lock();
        Ok(Arc::clone(by_name.entry(name.to_owned()).or_insert(made)))
    }

    fn all(&self) -> Vec<Arc<App>> {
        self.lock().values().cloned().collect()
    }

    /// The first app of the account with this secret.
    fn of_secret(&self, secret: &str) -> Option<Arc<App>> {
        let mut all = self.all().into_iter();
        all.find(|app| app.configuration().shared_secret == secret)
    }

    /// The app that has a receipt; if several do, the one with this secret.
    fn having(&self, receipt_id: &str, secret: &str) -> Option<Arc<App>> {
        let all = self.all().into_iter();
        let having = all.filter(|app| app.receipt(receipt_id).is_some());
        having.max_by_key(|app| app.configuration().shared_secret == secret)
    }

    fn remove(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<App>>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
