//! Tenants of a store.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::refusal::Refusal;

/// Every configured tenant, by its id.
pub(crate) struct Registry<T> {
    http: reqwest::Client,
    tenants: Mutex<BTreeMap<String, Arc<T>>>,
}

impl<T> Registry<T> {
    /// Creates an empty registry; `http` delivers the notifications.
    pub(crate) fn new(http: reqwest::Client) -> Arc<Self> {
        Arc::new(Self {
            http,
            tenants: Mutex::default(),
        })
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<T>> {
        self.lock().get(id).cloned()
    }

    pub(crate) fn find_by(&self, wanted: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        self.all().into_iter().find(|tenant| wanted(tenant))
    }

    /// Returns every tenant, by id.
    pub(crate) fn all(&self) -> Vec<Arc<T>> {
        self.lock().values().cloned().collect()
    }

    pub(crate) fn remove(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<T>>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the tenant with this id, and creates it if it is unknown.
    pub(crate) fn find_or_open(
        &self,
        id: &str,
        open: impl FnOnce(&reqwest::Client) -> Result<T, Refusal>,
    ) -> Result<Arc<T>, Refusal> {
        if let Some(known) = self.find(id) {
            return Ok(known);
        }
        // Outside of the lock: generating keys takes a good part of a second.
        let opened = Arc::new(open(&self.http)?);
        let mut tenants = self.lock();
        Ok(Arc::clone(tenants.entry(id.to_owned()).or_insert(opened)))
    }
}
