//! List prices, and what a step costs.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::assumptions::{ACCESS_LOG_LINE, FULL_BATCH_TIME, MEMORY_GB, seconds};
use crate::counts::Step;

/// Decimal gigabyte.
const GB: f64 = 1_000_000_000.0;

#[derive(Deserialize)]
pub struct Prices {
    pub region: String,
    /// Date on which the sources were read.
    pub read: String,
    pub prices: BTreeMap<String, Price>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    pub usd: f64,
    pub per: f64,
    pub of: String,
    pub source: String,
    /// Whether the source could not be read, so that the price is from memory.
    #[serde(default)]
    pub to_be_confirmed: bool,
}

impl Prices {
    pub fn read() -> Self {
        serde_json::from_str(include_str!("prices.json")).unwrap()
    }

    /// Price of a quantity, in USD.
    pub fn usd(&self, name: &str, quantity: f64) -> f64 {
        let price = &self.prices[name];
        quantity / price.per * price.usd
    }

    /// What a step costs in USD, by the names of the prices.
    pub fn of(&self, step: &Step) -> BTreeMap<&'static str, f64> {
        let counts = &step.counts;
        let is_shared = counts.invocations < 1.0;
        let longer = if is_shared { FULL_BATCH_TIME } else { 1.0 };
        let gb_seconds = counts.invocations * longer * seconds(&step.function) * MEMORY_GB;
        let logged = counts.log_bytes + counts.api_requests * ACCESS_LOG_LINE;
        [
            ("read units", counts.read_units),
            ("write units", counts.write_units + counts.index_write_units),
            ("API requests", counts.api_requests),
            ("invocations", counts.invocations),
            ("GB-seconds", gb_seconds),
            ("SQS requests", counts.sqs_requests),
            ("SNS requests", counts.sns_requests),
            ("deliveries", counts.deliveries),
            ("secret calls", counts.secret_calls),
            ("logged GB", logged / GB),
        ]
        .map(|(name, quantity)| (name, self.usd(name, quantity)))
        .into()
    }

    /// What steps cost in USD, each of them `times`.
    pub fn of_all(&self, steps: &[Step], times: f64) -> BTreeMap<&'static str, f64> {
        let mut sum = BTreeMap::new();
        for step in steps {
            for (name, usd) in self.of(step) {
                *sum.entry(name).or_default() += usd * times;
            }
        }
        sum
    }
}
