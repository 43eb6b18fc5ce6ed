//! Budget of scheduled checks: what a broadcaster allows at a store in a day, spent evenly.

use std::collections::HashMap;

use cloud::telemetry::{Metrics, Unit};
use domain::schedule::share_of;
use domain::{BroadcasterId, Store, Timestamp};
use jiff::SignedDuration;
use tokio::sync::Mutex;

/// Number of runs in a day.
const RUNS_PER_DAY: u32 = 24 * 60;

/// Time over which the checks of a run are spread, in seconds: they would compete for the store's
/// turns if they were delivered together.
const SPREAD: u32 = 50;

/// Least and largest wait of a check that is beyond the budget.
const POSTPONED: SignedDuration = SignedDuration::from_mins(30);
const POSTPONED_AT_MOST: SignedDuration = SignedDuration::from_mins(90);

/// Checks that were queued in this run, and those that were postponed.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    spent: Mutex<HashMap<(BroadcasterId, Store), Spent>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Spent {
    queued: u32,
    postponed: u32,
}

impl Budget {
    /// Counts a check, and returns after how many seconds it is delivered. `None` if the budget of
    /// this run is spent.
    pub(crate) async fn spend(&self, pair: (BroadcasterId, Store), per_day: u32) -> Option<i32> {
        let budget = per_day.div_ceil(RUNS_PER_DAY);
        let mut spent = self.spent.lock().await;
        let spent = spent.entry(pair).or_default();
        if spent.queued >= budget {
            spent.postponed = spent.postponed.saturating_add(1);
            return None;
        }
        let seconds = spent.queued.saturating_mul(SPREAD) / budget;
        spent.queued = spent.queued.saturating_add(1);
        i32::try_from(seconds).ok()
    }

    /// Writes how many checks were postponed, if any.
    pub(crate) async fn report(&self, now: Timestamp) {
        for ((broadcaster, store), spent) in self.spent.lock().await.iter() {
            if spent.postponed == 0 {
                continue;
            }
            let postponed = spent.postponed;
            tracing::warn!(%broadcaster, %store, postponed, "checks are beyond the daily budget");
            Metrics::new(vec![("Store", store.to_string())])
                .with("ChecksPostponed", Unit::Count, f64::from(postponed))
                .write(now);
        }
    }
}

/// Returns until when a check is postponed: between half an hour and one and a half, so that those
/// beyond the budget do not come back together.
pub(crate) fn postponed(now: Timestamp, key: &str) -> Timestamp {
    let wait = POSTPONED + share_of(POSTPONED_AT_MOST - POSTPONED, key);
    now.checked_add(wait).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(store: Store) -> (BroadcasterId, Store) {
        ("700100200".to_owned().try_into().unwrap(), store)
    }

    #[tokio::test]
    async fn a_run_spends_its_share_of_the_day_evenly() {
        let (budget, mut delays) = (Budget::default(), Vec::new());
        for _ in 0..12 {
            let delay = budget.spend(pair(Store::Android), 14_400).await;
            delays.extend(delay);
        }
        assert_eq!(delays, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45]);
        assert!(budget.spend(pair(Store::Roku), 14_400).await.is_some());
    }

    #[tokio::test]
    async fn a_budget_of_nothing_asks_nothing() {
        let budget = Budget::default();
        assert_eq!(budget.spend(pair(Store::Vizio), 0).await, None);
    }

    #[test]
    fn what_is_beyond_the_budget_comes_back_over_an_hour() {
        let at = |key: &str| postponed(Timestamp::UNIX_EPOCH, key).as_second();
        for number in 0..100 {
            assert!((1800..=5400).contains(&at(&format!("key-{number}"))));
        }
        assert_ne!(at("a"), at("b"));
    }
}
