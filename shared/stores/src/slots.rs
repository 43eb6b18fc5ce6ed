//! Slots by name, each filled by one caller at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync;

/// Slots. Clones share them.
#[derive(Debug)]
pub(crate) struct Slots<T>(Arc<Mutex<BTreeMap<String, Arc<sync::Mutex<T>>>>>);

impl<T: Default> Slots<T> {
    // The outer lock is held only for the lookup; waiting for a slot must not block the other
    // names.
    pub(crate) fn of(&self, name: &str) -> Arc<sync::Mutex<T>> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(name.to_owned()).or_default())
    }
}

impl<T> Clone for Slots<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}
