//! Ids of objects.

use crate::random::Random;

const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LENGTH: usize = 23;

/// Generator of ids, the same ones for the same seed.
#[derive(Debug, Clone)]
pub(super) struct Ids(Random);

impl Ids {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(Random::seeded(seed))
    }

    /// Generates an id with a prefix such as `sub_`.
    pub(super) fn make(&mut self, prefix: &str) -> String {
        let last = u64::try_from(SIGNS.len()).unwrap_or(1).saturating_sub(1);
        let mut sign = || {
            let place = usize::try_from(self.0.between(0, last)).unwrap_or_default();
            SIGNS.get(place).copied().map_or('a', char::from)
        };
        let rest: String = (0..LENGTH).map(|_| sign()).collect();
        format!("{prefix}1{rest}")
    }
}
