//! What is not counted but assumed. `docs/costs.md` and `docs/capacity.md` list it.

/// Checks of a subscription in a month: one a week. The renewal is notified, so that the checks around
/// the date are not made.
pub const CHECKS_PER_MONTH: f64 = 30.0 / 7.0;

/// Days of a month.
pub const DAYS: f64 = 30.0;

/// Memory of each function in GB, the default of the template's parameters.
pub const MEMORY_GB: f64 = 0.25;

/// Time that a call of each function takes, in milliseconds.
pub const MILLISECONDS: [(&str, f64); 6] = [
    ("purchase-intake", 30.0),
    ("store-notifications", 30.0),
    // Most of it waits for the store.
    ("store-verification", 200.0),
    ("beacon-fanout", 40.0),
    ("customer-api", 15.0),
    ("reconciliation", 2_000.0),
];

/// Time of a call with a full batch, as a multiple of one with a single message. Its look-ups wait
/// for their stores at the same time; those of one broadcaster also for their turns.
pub const FULL_BATCH_TIME: f64 = 2.0;

/// Line of the API's access log, in bytes: the format of the template with usual values.
pub const ACCESS_LOG_LINE: f64 = 330.0;

/// Broadcasters, and the stores of each.
pub const BROADCASTERS: f64 = 50.0;
pub const STORES_EACH: f64 = 2.0;

/// Subscriptions of all broadcasters.
pub const SUBSCRIPTIONS: f64 = 20_000_000.0;

/// Load at the peak, all of it possibly of one broadcaster.
pub const PURCHASES_PER_SECOND: f64 = 2_000.0;
pub const NOTIFICATIONS_PER_SECOND: f64 = 5_000.0;
pub const POLLS_PER_SECOND: f64 = 6_000.0;

/// Warm instances that read store configurations, on average over a month.
pub const WARM_INSTANCES: f64 = 10.0;

/// Seconds for which an instance caches a store configuration (`cloud::store_configs`).
pub const CONFIGURATION_SECONDS: f64 = 300.0;

/// Time that a request takes at the peak, in seconds; above what is measured.
pub const REQUEST_SECONDS: f64 = 0.1;

/// Records of a stream that a call of `beacon-fanout` takes at the peak, of up to 100.
pub const RECORDS_PER_CALL: f64 = 10.0;

/// Returns the assumed time of a call, in seconds.
pub fn seconds(function: &str) -> f64 {
    let of = MILLISECONDS.iter().find(|(name, _)| *name == function);
    of.unwrap_or_else(|| panic!("no time is assumed for {function}"))
        .1
        / 1_000.0
}
