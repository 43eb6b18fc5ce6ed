//! Published keys and their rotation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::{KeyError, RsaKey};

/// Published keys, of which the last one signs. The first is created on first use.
pub(crate) struct KeyRing {
    new_id: fn() -> String,
    keys: Mutex<Vec<Arc<RsaKey>>>,
}

impl KeyRing {
    /// Creates an empty ring; `new_id` generates the `kid` of a key.
    pub(crate) const fn new(new_id: fn() -> String) -> Self {
        Self {
            new_id,
            keys: Mutex::new(Vec::new()),
        }
    }

    /// Returns the key that signs.
    pub(crate) fn current(&self) -> Result<Arc<RsaKey>, KeyError> {
        let mut keys = self.lock();
        if let Some(key) = keys.last() {
            return Ok(Arc::clone(key));
        }
        let key = RsaKey::generate((self.new_id)())?;
        keys.push(Arc::clone(&key));
        Ok(key)
    }

    /// Signs with a new key from now on, and returns its id.
    pub(crate) fn rotate(&self, keep_old: bool) -> Result<String, KeyError> {
        let key = RsaKey::generate((self.new_id)())?;
        let id = key.id().to_owned();
        let mut keys = self.lock();
        if !keep_old {
            keys.clear();
        }
        keys.push(key);
        Ok(id)
    }

    /// Returns the published keys.
    pub(crate) fn jwks(&self) -> Vec<Value> {
        self.lock().iter().map(|key| key.jwk()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<RsaKey>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
