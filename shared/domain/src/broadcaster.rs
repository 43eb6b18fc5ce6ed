//! What a broadcaster may choose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Store;

/// The unit of the integers in Beacon notifications. The format doesn't say, so it is a choice.
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

/// What a reactivation before the end is announced as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReactivationNotification {
    /// `resume` with the unchanged end.
    #[default]
    Resume,
    /// `renew` with the unchanged end.
    Renew,
}

/// What the start of a grace period is announced as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GraceNotification {
    /// Not announced: a receiver that goes by `end_date` alone closes at the period end.
    #[default]
    None,
    /// `renew` that ends when grace ends.
    Renew,
}

/// What happens when another customer submits a purchase that has an owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransferPolicy {
    /// The old subscription ends, a new one begins.
    #[default]
    Move,
    /// The submission fails.
    Refuse,
}

/// A broadcaster's switches. Absent ones have their defaults; what a later version added is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BroadcasterSettings {
    /// Unit of the dates in Beacon notifications.
    pub date_unit: DateUnit,
    /// Spelling of `original_store`, where it differs from [`Store::beacon_name`].
    pub store_names: BTreeMap<Store, String>,
    /// What a reactivation is announced as.
    pub reactivation: ReactivationNotification,
    /// What a grace period is announced as.
    pub grace: GraceNotification,
    /// What a purchase does that changes hands.
    pub transfer: TransferPolicy,
    /// How often one purchase may change hands within 24 hours.
    pub transfers_per_day: u32,
    /// The `aud` that customers' tokens must name; any or none while it is absent.
    pub customer_token_audience: Option<String>,
    /// Largest number of endpoints. Each has a queue and an alarm of its own.
    pub max_endpoints: u32,
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
        }
    }
}

impl BroadcasterSettings {
    /// The spelling of `original_store` for this broadcaster.
    #[must_use]
    pub fn store_name(&self, store: Store) -> &str {
        self.store_names
            .get(&store)
            .map_or(store.beacon_name(), String::as_str)
    }
}
