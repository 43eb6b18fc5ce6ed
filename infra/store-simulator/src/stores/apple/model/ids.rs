//! Ids of the store, which consist of digits only.

use super::Environment;
use crate::random::Random;

const DIGITS: u64 = 10_000_000_000;

/// Generator of consecutive ids, starting at a number that the seed determines.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    next: u64,
}

impl Ids {
    pub(super) fn seeded(seed: u64) -> Self {
        let next = Random::seeded(seed).next() % DIGITS;
        Self { next }
    }

    pub(super) fn transaction(&mut self, environment: Environment) -> String {
        let prefix = match environment {
            Environment::Production => "70000",
            Environment::Sandbox => "20000",
        };
        self.with_prefix(prefix)
    }

    pub(super) fn period(&mut self) -> String {
        self.with_prefix("70001")
    }

    pub(super) fn app_transaction(&mut self) -> String {
        self.with_prefix("70428951")
    }

    pub(super) fn customer(&mut self) -> String {
        self.with_prefix("customer-")
    }

    fn with_prefix(&mut self, prefix: &str) -> String {
        self.next = (self.next + 1) % DIGITS;
        format!("{prefix}{:010}", self.next)
    }
}
