//! Settings of a broadcaster.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::schedule::CHECKS_PER_DAY;

/// Unit of the integers in Beacon notifications. The format does not define it, so it is a setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateUnit {
    /// Unix seconds.
    #[default]
    #[serde(rename = "s")]
    Seconds,
    /// Unix milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
}

/// Notification of a reactivation before the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReactivationNotification {
    /// `resume` with the unchanged end.
    #[default]
    Resume,
    /// `renew` with the unchanged end.
    Renew,
}

/// Notification of the beginning of a grace period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GraceNotification {
    /// None: a receiver that only looks at `end_date` ends access with the period.
    #[default]
    None,
    /// `renew` that ends with the grace period.
    Renew,
}

/// Rule for another customer's submission of a purchase that has an owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransferPolicy {
    /// The old subscription ends and a new one begins.
    #[default]
    Move,
    /// The submission fails.
    Refuse,
}

/// Switches of a broadcaster. Absent ones have their defaults; those of a later version are
/// ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BroadcasterSettings {
    /// Unit of the dates in Beacon notifications.
    pub date_unit: DateUnit,
    /// Spellings of `original_store` that differ from [`Store::beacon_name`].
    pub store_names: BTreeMap<Store, String>,
    /// Notification of a reactivation.
    pub reactivation: ReactivationNotification,
    /// Notification of a grace period.
    pub grace: GraceNotification,
    /// Rule for purchases that another customer submits.
    pub transfer: TransferPolicy,
    /// Number of transfers of one purchase that are allowed within 24 hours.
    pub transfers_per_day: u32,
    /// Value of `aud` that customers' tokens must have; any or none if absent.
    pub customer_token_audience: Option<String>,
    /// Largest number of endpoints. Each has a queue and an alarm of its own.
    pub max_endpoints: u32,
    /// Largest number of scheduled checks in a day, for stores where it is not
    /// [`CHECKS_PER_DAY`].
    pub checks_per_day: BTreeMap<Store, u32>,
}

impl Default for BroadcasterSettings {
    fn default() -> Self {
        Self {
            date_unit: DateUnit::default(),
            store_names: BTreeMap::new(),
            reactivation: ReactivationNotification::default(),
            grace: GraceNotification::default(),
            transfer: TransferPolicy::default(),
            transfers_per_day: 5,
            customer_token_audience: None,
            max_endpoints: 20,
            checks_per_day: BTreeMap::new(),
        }
    }
}

impl BroadcasterSettings {
    /// Returns the spelling of `original_store` for this broadcaster.
    #[must_use]
    pub fn store_name(&self, store: Store) -> &str {
        self.store_names
            .get(&store)
            .map_or(store.beacon_name(), String::as_str)
    }

    /// Returns the largest number of scheduled checks of a store's purchases in a day.
    #[must_use]
    pub fn checks_per_day(&self, store: Store) -> u32 {
        let given = self.checks_per_day.get(&store).copied();
        given.unwrap_or(CHECKS_PER_DAY)
    }
}
