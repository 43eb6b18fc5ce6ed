//! How many look-ups come within a second.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

const SECOND: Duration = Duration::from_secs(1);

/// The look-ups of the last second.
#[derive(Default)]
pub(super) struct Arrivals(VecDeque<Instant>);

impl Arrivals {
    /// Notes one more, and says how many there are now.
    pub(super) fn note(&mut self) -> usize {
        let now = Instant::now();
        self.0
            .retain(|arrived| now.duration_since(*arrived) < SECOND);
        self.0.push_back(now);
        self.0.len()
    }
}
