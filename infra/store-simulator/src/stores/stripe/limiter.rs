//! Rate limit of calls of one kind.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

const WINDOW: Duration = Duration::from_secs(1);

/// Times of the calls of the last second (real time), by kind.
#[derive(Debug, Default)]
pub(super) struct Limiter(HashMap<&'static str, VecDeque<Instant>>);

impl Limiter {
    /// Returns whether another call of this kind is admitted, and records it if so.
    pub(super) fn admits(&mut self, kind: &'static str, limit: u32) -> bool {
        let now = Instant::now();
        let calls = self.0.entry(kind).or_default();
        calls.retain(|then| now.duration_since(*then) < WINDOW);
        let admitted = calls.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        if admitted {
            calls.push_back(now);
        }
        admitted
    }
}
