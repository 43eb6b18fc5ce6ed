//! Cache of a broadcaster's configuration, for functions that would otherwise read the same items at
//! the rate of their load.

use std::time::{Duration, Instant};

use domain::BroadcasterId;
use moka::sync::Cache;

use crate::CloudError;
use crate::environment::Aws;
use crate::item::Item;

/// Variable with the cache time in seconds; 0 caches nothing.
const VARIABLE: &str = "CONFIGURATION_CACHE_SECONDS";

/// Largest number of cached items. The items of fifty broadcasters are some thousand; the least used
/// ones make room for others.
const MOST: u64 = 10_000;

/// Age below which an item is not read again for a caller that was refused. Refusals cost the caller
/// nothing, so each one must not cost a read.
const LEAST_AGE: Duration = Duration::from_secs(5);

/// Items by partition and sort key. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct ItemCache(Option<Cache<(String, String), Cached>>);

/// Item as it was read; `None` if there was none.
#[derive(Debug, Clone)]
struct Cached {
    read_at: Instant,
    item: Option<Item>,
}

impl ItemCache {
    /// Builds a cache that keeps nothing.
    pub(super) const fn disabled() -> Self {
        Self(None)
    }

    /// Builds a cache with the time that the environment sets; without the variable, nothing is
    /// kept.
    pub(super) fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        let seconds = match aws.optional(VARIABLE) {
            Some(text) => text.parse().map_err(|_| CloudError::Environment {
                name: VARIABLE,
                rule: "must be a whole number of seconds".to_owned(),
            })?,
            None => 0,
        };
        Ok(match seconds {
            0 => Self::disabled(),
            seconds => Self(Some(
                Cache::builder()
                    .max_capacity(MOST)
                    .time_to_live(Duration::from_secs(seconds))
                    .build(),
            )),
        })
    }

    /// Returns the item under a key; `None` if it is not cached.
    pub(super) fn get(&self, pk: &str, sk: &str) -> Option<Option<Item>> {
        let cached = self.0.as_ref()?.get(&key(pk, sk))?;
        Some(cached.item)
    }

    /// Keeps an item that was read from `read_at` on.
    pub(super) fn keep(&self, pk: &str, sk: &str, item: Option<Item>, read_at: Instant) {
        if let Some(cache) = &self.0 {
            cache.insert(key(pk, sk), Cached { read_at, item });
        }
    }

    /// Drops the keys and the profile of a broadcaster, unless they have just been read. Returns
    /// whether any was dropped.
    pub(super) fn drop_credentials(&self, broadcaster: &BroadcasterId) -> bool {
        let Some(cache) = &self.0 else {
            return false;
        };
        let mut dropped = false;
        for sk in ["jwks", "profile"] {
            let key = key(broadcaster.as_str(), sk);
            let is_old = |cached: &Cached| cached.read_at.elapsed() >= LEAST_AGE;
            if cache.get(&key).is_some_and(|cached| is_old(&cached)) {
                cache.invalidate(&key);
                dropped = true;
            }
        }
        dropped
    }
}

fn key(pk: &str, sk: &str) -> (String, String) {
    (pk.to_owned(), sk.to_owned())
}
