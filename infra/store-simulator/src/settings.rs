//! Configuration of a tenant that is in force.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Configuration in force, shared with the deliveries: each attempt reads it again.
#[derive(Debug, Default)]
pub(crate) struct Settings<C>(Mutex<Arc<C>>);

impl<C: Clone> Settings<C> {
    pub(crate) fn get(&self) -> Arc<C> {
        Arc::clone(&self.lock())
    }

    pub(crate) fn set(&self, configuration: C) {
        *self.lock() = Arc::new(configuration);
    }

    fn lock(&self) -> MutexGuard<'_, Arc<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
