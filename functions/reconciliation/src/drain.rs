//! Queueing of everything that is due of one kind, within a budget of time and messages.
//!
//! All shards advance together, one page at a time: a large backlog in one of them holds up nothing
//! in the others, and what has waited longest goes first. An item is taken before it is queued: in
//! the other order, a run that dies in between would queue it again every minute. What was taken
//! and could not be queued is given back at once.

use std::time::Duration;

use cloud::CloudError;
use cloud::deadline::Deadline;
use cloud::due::{Due, Position};
use cloud::item::{DUE_SHARDS, shard_name};
use cloud::queue::{BATCH, Delayed, VerificationQueue};
use domain::Timestamp;
use futures::future::join_all;
use futures::stream::{self, StreamExt as _};

use crate::kinds::{Kind, Taken};

/// Number of items that are read from a shard at a time.
const PAGE: usize = 100;

/// Number of shards that are worked on at a time. Each one writes up to ten items at a time, each
/// over a connection of its own, and a function has 1,024 file descriptors.
const SHARDS_AT_A_TIME: usize = 16;

/// Time that is left for the lists of undelivered notifications when the draining stops.
const LEFT_FOR_LISTS: Duration = Duration::from_secs(12);

/// Budget and environment of one run.
pub(crate) struct Run<'a> {
    pub(crate) queue: &'a VerificationQueue,
    pub(crate) deadline: Deadline,
    pub(crate) now: Timestamp,
    /// Time until which a taken item is not due, at least.
    pub(crate) lease: Timestamp,
}

/// Result of draining one kind.
#[derive(Debug, Default)]
pub(crate) struct Drained {
    /// Number of verifications that the queue has accepted.
    pub(crate) queued: usize,
    /// Since when the oldest item was due.
    pub(crate) oldest: Option<Timestamp>,
    /// First failure. The other shards went on.
    pub(crate) failed: Option<CloudError>,
}

impl Drained {
    fn add(&mut self, other: Self) {
        self.queued += other.queued;
        self.oldest = earlier(self.oldest, other.oldest);
        if let Some(error) = other.failed {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: CloudError) {
        // All failures are in the log; the first one is the run's result.
        tracing::error!(%error, "what is due could not be queued");
        self.failed.get_or_insert(error);
    }
}

/// Returns the earlier of two times, if there is one.
pub(crate) fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Run<'_> {
    /// Queues at most `room` items of a kind, in rounds of one page from each shard, until nothing
    /// is due or the time is used up.
    pub(crate) async fn drain(&self, kind: &impl Kind, room: usize) -> Drained {
        let mut drained = Drained::default();
        let mut left = room;
        let mut open: Vec<(String, Option<Position>)> = (0..DUE_SHARDS)
            .map(|number| (kind.shard(&shard_name(number)), None))
            .collect();
        while !open.is_empty() && left > 0 && self.deadline.left() > LEFT_FOR_LISTS {
            // The same share for each shard, so that the rest of the room is spread as well.
            let limit = left.div_ceil(open.len()).min(PAGE);
            let pages = stream::iter(open.drain(..))
                .map(|(shard, after)| self.page(kind, shard, after, limit))
                .buffered(SHARDS_AT_A_TIME);
            let pages: Vec<_> = pages.collect().await;
            for (part, next) in pages {
                left = left.saturating_sub(part.queued);
                drained.add(part);
                open.extend(next);
            }
        }
        drained
    }

    /// Queues one page of a shard. Returns where the shard continues, unless it has ended or
    /// failed.
    async fn page(
        &self,
        kind: &impl Kind,
        shard: String,
        after: Option<Position>,
        limit: usize,
    ) -> (Drained, Option<(String, Option<Position>)>) {
        let mut drained = Drained::default();
        let page = match kind.index().page(&shard, self.now, limit, after).await {
            Ok(page) => page,
            Err(error) => {
                drained.fail(error);
                return (drained, None);
            }
        };
        drained.oldest = page.due.first().and_then(Due::since);
        for chunk in page.due.chunks(BATCH) {
            self.queue(kind, chunk, &mut drained).await;
        }
        // A shard whose call failed waits for the next run, instead of using up the others' time.
        let next = page.next.filter(|_| drained.failed.is_none());
        (drained, next.map(|next| (shard, Some(next))))
    }

    /// Takes up to [`BATCH`] items and queues them in one call.
    async fn queue<K: Kind>(&self, kind: &K, chunk: &[Due<K::Content>], drained: &mut Drained) {
        let taken = chunk
            .iter()
            .map(async |due| (due, kind.take(due, self.lease).await));
        let mut sources = Vec::with_capacity(chunk.len());
        let mut batch: Vec<Delayed> = Vec::with_capacity(chunk.len());
        for (due, taken) in join_all(taken).await {
            match taken {
                Ok(Some(Taken { message, until })) => {
                    sources.push((due, until));
                    batch.push(message);
                }
                Ok(None) => {}
                Err(error) => drained.fail(error),
            }
        }
        if batch.is_empty() {
            return;
        }
        let refused = match self.queue.send_batch(&batch).await {
            Ok(refused) => refused,
            Err(error) => {
                drained.fail(error);
                // Nobody knows whether SQS took the batch. A message that is queued twice changes
                // nothing; one that is not queued would wait until its lease ends.
                (0..batch.len()).collect()
            }
        };
        drained.queued += batch.len().saturating_sub(refused.len());
        for (due, until) in refused.iter().filter_map(|position| sources.get(*position)) {
            if let Err(error) = kind.index().give_back(due, *until).await {
                // It is due again at that time.
                drained.fail(error);
            }
        }
    }
}
