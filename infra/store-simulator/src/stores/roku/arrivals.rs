//! Number of look-ups within a second.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

const SECOND: Duration = Duration::from_secs(1);

/// Times of the look-ups of the last second.
#[derive(Default)]
pub(super) struct Arrivals(VecDeque<Instant>);

impl Arrivals {
    /// Records a look-up, and returns the number within the last second.
    pub(super) fn note(&mut self) -> usize {
        let now = Instant::now();
        self.0
            .retain(|arrived| now.duration_since(*arrived) < SECOND);
        self.0.push_back(now);
        self.0.len()
    }
}
