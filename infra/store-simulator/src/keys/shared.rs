//! Values that the whole process shares.

use std::sync::{Arc, Mutex, PoisonError};

use super::KeyError;

/// Value that the whole process shares, created on first use.
pub(crate) struct Shared<T> {
    made: Mutex<Option<Arc<T>>>,
    make: fn() -> Result<T, KeyError>,
}

impl<T> Shared<T> {
    pub(crate) const fn new(make: fn() -> Result<T, KeyError>) -> Self {
        Self {
            made: Mutex::new(None),
            make,
        }
    }

    pub(crate) fn get(&self) -> Result<Arc<T>, KeyError> {
        let mut slot = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = &*slot {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new((self.make)()?);
        *slot = Some(Arc::clone(&made));
        Ok(made)
    }
}
