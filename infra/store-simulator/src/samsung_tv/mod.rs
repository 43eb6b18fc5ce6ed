//! Samsung Checkout for televisions, as `docs/stores/samsung-tv.md` describes it: the purchase list
//! of one customer, and the calls that verify, apply and cancel. It never sends anything.
//!
//! As the real one, it answers 200 whatever happens. Its codes for what fails are made up: Samsung
//! publishes none but that of success.

mod application;
mod bodies;
mod check_value;
mod configuration;
mod control;
mod openapi;
mod purchase;
mod routes;
mod wire;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

pub use bodies::{ActionOutcome, ApiCalls, NewPurchase, Options};
pub use configuration::{Configuration, Renewals};
pub use control::{SamsungTv, SamsungTvControl};
pub use purchase::{Action, Invoice, Purchase, Status};
pub use wire::{UNKNOWN_APPLICATION, UNKNOWN_INVOICE, WRONG_CHECK_VALUE, WRONG_STATUS};

pub(crate) use routes::router;

use application::Application;

/// Every application that was configured, by its id.
#[derive(Default)]
pub(crate) struct Applications(Mutex<HashMap<String, Arc<Application>>>);

impl Applications {
    fn find(&self, id: &str) -> Option<Arc<Application>> {
        self.lock().get(id).cloned()
    }

    fn find_or_add(&self, id: &str) -> Arc<Application> {
        Arc::clone(self.lock().entry(id.to_owned()).or_default())
    }

    fn remove(&self, id: &str) -> bool {
        self.lock().remove(id).is_some()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Application>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
