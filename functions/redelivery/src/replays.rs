//! Replays: events of a window of time, sent to one endpoint again.

use cloud::CloudError;
use cloud::broadcasters::{Endpoint, Feed};
use cloud::deadline::Deadline;
use cloud::journal::SHARDS;
use cloud::publications;
use cloud::topics::{BATCH, BATCH_BYTES, Publication};
use domain::replay::{Replay, ReplayState};
use domain::{BroadcasterSettings, Event, Timestamp, beacon, webhook};
use jiff::SignedDuration;

use crate::Redeliverer;
use crate::steps::LEFT;

/// Messages that a replay sends in a run at most, which is a minute.
const PER_RUN: u64 = 3_000;

/// Time between two runs of a replay.
const BETWEEN_RUNS: SignedDuration = SignedDuration::from_mins(1);

impl Redeliverer {
    /// Goes on with a replay that was taken until `lease`. Returns the number of messages that SNS has
    /// taken.
    ///
    /// # Errors
    /// [`CloudError`] if a call failed: it goes on from the last page when the lease ends.
    pub(crate) async fn replay(
        &self,
        mut replay: Replay,
        lease: Timestamp,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<usize, CloudError> {
        let (broadcaster, id) = (replay.broadcaster_id.clone(), replay.endpoint_id.clone());
        let endpoint = self.broadcasters.endpoint(&broadcaster, &id).await?;
        let profile = self.broadcasters.profile(&broadcaster).await?;
        let (Some(endpoint), Some(profile)) = (endpoint, profile) else {
            replay.state = ReplayState::Cancelled;
            self.purchases.advance_replay(&replay, None, lease).await?;
            return Ok(0);
        };
        if !self.is_heard_alone(&broadcaster, now).await? {
            return Ok(0);
        }
        let before = replay.sent;
        while replay.state == ReplayState::Running
            && replay.sent - before < PER_RUN
            && deadline.left() > LEFT
        {
            let cursor = &replay.cursor;
            let place = (cursor.hour, cursor.shard);
            let window = (replay.from, replay.to);
            let page = self
                .journal
                .of_hour(&broadcaster, place, window, cursor.after.as_deref());
            let page = page.await?;
            let events = page.events.iter().filter(|event| replay.includes(event));
            let sent = self
                .publish_again(&endpoint, &profile.settings, events)
                .await?;
            replay.sent += sent;
            replay = replay.after_page(page.next, SHARDS);
            // A page is not repeated by the next run, unless this one is killed before it is stored.
            // Empty ones are cheap to read again.
            if sent > 0
                && !self
                    .purchases
                    .advance_replay(&replay, Some(lease), lease)
                    .await?
            {
                tracing::info!(%broadcaster, endpoint = id, "the replay was cancelled");
                return Ok(usize::try_from(replay.sent - before).unwrap_or(usize::MAX));
            }
        }
        let goes_on = replay.state == ReplayState::Running;
        let due_at = now.checked_add(BETWEEN_RUNS).ok().filter(|_| goes_on);
        self.purchases
            .advance_replay(&replay, due_at, lease)
            .await?;
        let sent = replay.sent - before;
        tracing::info!(%broadcaster, endpoint = id, sent, state = ?replay.state, "replay");
        Ok(usize::try_from(sent).unwrap_or(usize::MAX))
    }

    /// Publishes the messages of events to one endpoint, and returns how many there were.
    async fn publish_again<'a>(
        &self,
        endpoint: &Endpoint,
        settings: &BroadcasterSettings,
        events: impl Iterator<Item = &'a Event>,
    ) -> Result<u64, CloudError> {
        let mut all = Vec::new();
        let mut broadcaster = None;
        for event in events {
            broadcaster = Some(&event.subscription.broadcaster_id);
            all.extend(messages(event, endpoint, settings)?);
        }
        let Some(broadcaster) = broadcaster else {
            return Ok(0);
        };
        let topic = self.topics.arn(broadcaster, endpoint.feed);
        for batch in batches(&all) {
            let unpublished = self.topics.publish(&topic, &batch).await?;
            // One that SNS refuses for good was refused when it happened, too.
            if unpublished.iter().any(|one| !one.permanent) {
                return Err(CloudError::Busy("SNS"));
            }
        }
        Ok(u64::try_from(all.len()).unwrap_or(u64::MAX))
    }
}

/// Projects an event as when it happened, for this endpoint alone.
fn messages(
    event: &Event,
    endpoint: &Endpoint,
    settings: &BroadcasterSettings,
) -> Result<Vec<Publication>, CloudError> {
    let audience = endpoint.endpoint_id.as_str();
    match endpoint.feed {
        Feed::Beacon => beacon::project(event, settings)
            .iter()
            .map(|notification| publications::of_beacon(event, notification, audience))
            .collect(),
        Feed::Webhooks => webhook::project(event)
            .iter()
            .map(|message| publications::of_webhook(message, Some(event), audience))
            .collect(),
    }
}

/// Splits by both limits of one call: number of messages and bytes.
fn batches(all: &[Publication]) -> Vec<Vec<&Publication>> {
    let mut batches: Vec<Vec<&Publication>> = Vec::new();
    let mut bytes = 0;
    for publication in all {
        let size = publication.size();
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + size <= BATCH_BYTES => {
                batch.push(publication);
                bytes += size;
            }
            _ => {
                batches.push(vec![publication]);
                bytes = size;
            }
        }
    }
    batches
}
