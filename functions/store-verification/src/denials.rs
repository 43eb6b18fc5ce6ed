//! Look-ups of known purchases and their denials, counted for the brake against a store that denies
//! everything.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cloud::purchases::{Brake, LookUps, Purchases};
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use domain::{BroadcasterId, Store};

/// Number of answers after which they are added to the stored count, if there was no denial before.
const ANSWERS: u64 = 100;

type Pair = (BroadcasterId, Store);

/// Counts of this function that are not stored yet.
#[derive(Debug)]
pub(crate) struct Denials {
    purchases: Purchases,
    counts: Mutex<HashMap<Pair, u64>>,
}

impl Denials {
    pub(crate) fn new(purchases: Purchases) -> Self {
        Self {
            purchases,
            counts: Mutex::default(),
        }
    }

    /// Counts an answer about a known purchase.
    pub(crate) async fn answered(&self, broadcaster: &BroadcasterId, store: Store) {
        let all = self.add(broadcaster, store);
        if all < ANSWERS {
            return;
        }
        if let Err(error) = self.store(broadcaster, store, 0).await {
            // The share of denials only looks larger than it is, and a brake can be released.
            tracing::warn!(%broadcaster, %store, %error, "look-ups could not be counted");
        }
    }

    /// Counts a denial of a known purchase. Returns whether the brake holds, so that the denial says
    /// nothing.
    pub(crate) async fn denied(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<bool, CloudError> {
        self.add(broadcaster, store);
        let brake = self.store(broadcaster, store, 1).await?;
        if brake == Brake::HoldsNow {
            tracing::error!(%broadcaster, %store, "the store denies knowing too many purchases: its denials do not count until the brake is released");
        }
        let holds = brake != Brake::Off;
        if holds {
            Metrics::new(vec![("Store", store.to_string())])
                .count("DenialsBraked")
                .write(clock::now());
        }
        Ok(holds)
    }

    /// Adds one look-up and returns how many are not stored yet.
    fn add(&self, broadcaster: &BroadcasterId, store: Store) -> u64 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let all = counts.entry((broadcaster.clone(), store)).or_default();
        *all = all.saturating_add(1);
        *all
    }

    async fn store(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        denied: u64,
    ) -> Result<Brake, CloudError> {
        let all = {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.remove(&(broadcaster.clone(), store))
        };
        let new = LookUps {
            all: all.unwrap_or_default(),
            denied,
        };
        self.purchases
            .count_look_ups(broadcaster, store, new, clock::now())
            .await
    }
}
