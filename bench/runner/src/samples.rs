//! Measured values of one quantity.

use std::time::Duration;

/// Measured values of one quantity, in one unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Adds a duration, in milliseconds.
    pub fn add(&mut self, taken: Duration) {
        self.0.push(milliseconds(taken));
    }

    /// Returns the median; 0 without a value. A mean would be moved by a single slow value.
    #[must_use]
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let at = |position: usize| sorted.get(position).copied().unwrap_or_default();
        if sorted.len().is_multiple_of(2) {
            f64::midpoint(at(middle.wrapping_sub(1)), at(middle))
        } else {
            at(middle)
        }
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// Converts a duration to milliseconds.
#[must_use]
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_value() {
        let of = |values: &[f64]| values.iter().copied().collect::<Samples>().median();
        assert_eq!(of(&[]), 0.0);
        assert_eq!(of(&[7.0]), 7.0);
        assert_eq!(of(&[9.0, 1.0, 2.0]), 2.0);
        assert_eq!(of(&[4.0, 1.0, 900.0, 2.0]), 3.0);
    }

    #[test]
    fn durations_are_in_milliseconds() {
        let mut samples = Samples::default();
        samples.add(Duration::from_micros(1_500));
        assert_eq!(samples.median(), 1.5);
    }
}
