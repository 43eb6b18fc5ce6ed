//! Small seeded generator (SplitMix64), so that a run with faults can be repeated.

/// Repeatable pseudo-random numbers; not for secrets.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns `true` with the given probability (0 to 1).
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        let draw = u32::try_from(self.next() >> 32).unwrap_or_default();
        f64::from(draw) / (f64::from(u32::MAX) + 1.0) < probability
    }

    /// Returns a number in `low..=high`; `low` when the range is empty.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let width = high.saturating_sub(low).saturating_add(1);
        low.saturating_add(self.next() % width)
    }

    /// Shuffles the items (Fisher-Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let high = u64::try_from(last).unwrap_or_default();
            let other = usize::try_from(self.between(0, high)).unwrap_or_default();
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_order() {
        let mut first: Vec<u32> = (0..50).collect();
        let mut second = first.clone();
        Random::seeded(7).shuffle(&mut first);
        Random::seeded(7).shuffle(&mut second);
        assert_eq!(first, second);
        assert_ne!(first, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_probability_is_about_met() {
        let mut random = Random::seeded(1);
        let hits = (0..10_000).filter(|_| random.happens(0.2)).count();
        assert!((1_800..2_200).contains(&hits), "{hits}");
        assert!(!random.happens(0.0));
        assert!(random.happens(1.0));
    }
}
