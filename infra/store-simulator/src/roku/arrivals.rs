//! How many look-ups come within a second.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

const SECOND: Duration = Duration::from_secs(1);

/// The look-ups of the last second, by API key.
#[derive(Default)]
pub(super) struct Arrivals {
    by_key: HashMap<String, VecDeque<Instant>>,
    all: VecDeque<Instant>,
}

impl Arrivals {
    /// Notes one more, and says how many there are now, whatever the key; and whether it is one
    /// too many of its key, which then does not count for the key.
    pub(super) fn note(&mut self, key: &str, limit: Option<usize>) -> (usize, bool) {
        let now = Instant::now();
        forget_old(&mut self.all, now);
        self.all.push_back(now);
        let of_key = self.by_key.entry(key.to_owned()).or_default();
        forget_old(of_key, now);
        let too_many = limit.is_some_and(|limit| of_key.len() >= limit);
        if !too_many {
            of_key.push_back(now);
        }
        (self.all.len(), too_many)
    }
}

fn forget_old(arrivals: &mut VecDeque<Instant>, now: Instant) {
    while arrivals
        .front()
        .is_some_and(|first| now.duration_since(*first) >= SECOND)
    {
        arrivals.pop_front();
    }
}
