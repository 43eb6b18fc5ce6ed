//! One batch of a stream.

use std::collections::{BTreeMap, HashSet};

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use cloud::broadcasters::{Broadcasters, Feed};
use cloud::journal::Journal;
use cloud::queue::DeadLetters;
use cloud::telemetry::Metrics;
use cloud::topics::Topics;
use cloud::{Aws, CloudError, clock};
use domain::{BroadcasterId, Event};
use lambda_runtime::LambdaEvent;

use crate::publish::{Profiles, Published, Settled, lanes, publish};
use crate::record::{Announcement, Content, read};
use crate::set_aside::{self, Reason};

/// The function's clients.
#[derive(Debug)]
pub struct Fanout {
    broadcasters: Broadcasters,
    journal: Journal,
    topics: Topics,
    dead_letters: DeadLetters,
}

impl Fanout {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names a variable that is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            broadcasters: Broadcasters::caching(aws)?,
            journal: Journal::from_environment(aws)?,
            topics: Topics::from_environment(aws)?,
            dead_letters: DeadLetters::named(aws, "FANOUT_DEAD_LETTER_QUEUE_URL")?,
        })
    }

    /// Delivers a batch and returns the records that were not delivered. A record that can't be
    /// delivered at all is set aside and blocks nothing behind it.
    ///
    /// # Errors
    /// [`CloudError`] if nothing of the batch could be delivered; the stream returns all of it.
    pub async fn handle(
        &self,
        event: LambdaEvent<StreamEvent>,
    ) -> Result<DynamoDbEventResponse, CloudError> {
        let records = event.payload.records;
        let mut set_aside = BTreeMap::new();
        let mut announcements: Vec<Announcement> = Vec::with_capacity(records.len());
        for (position, record) in records.iter().enumerate() {
            announcements.push(read(record).unwrap_or_else(|error| {
                tracing::error!(%error, "a record is unreadable");
                set_aside.insert(position, Reason::Unreadable);
                // An empty announcement keeps the position, so that the indexes into `records` stay
                // valid.
                Announcement::nothing(record)
            }));
        }
        let profiles = self.profiles(&announcements).await?;
        for (position, announcement) in announcements.iter_mut().enumerate() {
            match announcement.broadcaster().and_then(|id| profiles.get(id)) {
                Some(Settled::Unreadable) => {
                    set_aside.insert(position, Reason::Unreadable);
                }
                Some(Settled::Gone) => {
                    let broadcaster = announcement.broadcaster().map(tracing::field::display);
                    // A deleted broadcaster has no topics and no subscribers. Failing here would
                    // only repeat the batch until the stream gives up.
                    tracing::warn!(broadcaster, "no such broadcaster: not announced");
                }
                Some(Settled::Known { .. }) | None => continue,
            }
            announcement.content = Content::Nothing;
        }
        // The journal comes first: what a receiver has got must be found in the history, whereas an
        // event that is in the journal and unpublished is published again. Both writes have stable
        // ids.
        for record in self.append(&announcements).await? {
            set_aside.insert(record, Reason::Refused);
            if let Some(announcement) = announcements.get_mut(record) {
                announcement.content = Content::Nothing;
            }
        }
        let lanes = lanes(&announcements, &profiles, &self.topics)?;
        let Published {
            mut failed,
            refused,
        } = publish(&self.topics, lanes).await;
        set_aside.extend(refused.into_iter().map(|record| (record, Reason::Refused)));
        for (position, reason) in set_aside {
            if let Some(record) = records.get(position)
                // A letter that can't be stored makes its record fail, so that the stream keeps it.
                && let Err(error) = set_aside::set_aside(&self.dead_letters, record, reason).await
            {
                tracing::error!(%error, "a record could not be set aside");
                failed.insert(position);
            }
        }
        report(&announcements, &failed);
        let batch_item_failures = announcements
            .iter()
            .enumerate()
            .filter(|(record, _)| failed.contains(record))
            // Lambda continues the stream from the first of these; what follows is published again,
            // which receivers recognise by the event ids.
            .map(|(_, announcement)| {
                let mut failure = DynamoDbBatchItemFailure::default();
                failure.item_identifier = Some(announcement.sequence_number.clone());
                failure
            })
            .collect();
        let mut response = DynamoDbEventResponse::default();
        response.batch_item_failures = batch_item_failures;
        Ok(response)
    }

    async fn profiles(&self, announcements: &[Announcement]) -> Result<Profiles, CloudError> {
        let wanted: HashSet<&BroadcasterId> = announcements
            .iter()
            .filter_map(Announcement::broadcaster)
            .collect();
        let mut profiles = Profiles::new();
        for broadcaster in wanted {
            let settled = match self.broadcasters.profile(broadcaster).await {
                Ok(Some(profile)) => Settled::Known {
                    profile: Box::new(profile),
                    feeds: self.feeds(broadcaster).await?,
                },
                Ok(None) => Settled::Gone,
                Err(error @ CloudError::Stored { .. }) => {
                    // Only what this version can't parse is set aside. A throttled read fails the
                    // batch and succeeds later.
                    tracing::error!(%broadcaster, %error, "settings are unreadable");
                    Settled::Unreadable
                }
                Err(error) => return Err(error),
            };
            profiles.insert(broadcaster.clone(), settled);
        }
        Ok(profiles)
    }
}

impl Fanout {
    /// Appends the events to the journal, and returns the positions of the records with an event
    /// that it refuses for good.
    async fn append(&self, announcements: &[Announcement]) -> Result<HashSet<usize>, CloudError> {
        let (records, events): (Vec<usize>, Vec<&Event>) = events(announcements).unzip();
        let refused = self.journal.append(&events).await?;
        let record = |position: usize| records.get(position).copied();
        Ok(refused.into_iter().filter_map(record).collect())
    }

    /// Returns the feeds that an endpoint of the broadcaster receives.
    async fn feeds(&self, broadcaster: &BroadcasterId) -> Result<HashSet<Feed>, CloudError> {
        let mut feeds = HashSet::new();
        for feed in [Feed::Beacon, Feed::Webhooks] {
            if self.broadcasters.has_endpoint(broadcaster, feed).await? {
                feeds.insert(feed);
            }
        }
        Ok(feeds)
    }
}

/// Returns all events with the positions of their records.
fn events(announcements: &[Announcement]) -> impl Iterator<Item = (usize, &Event)> {
    announcements
        .iter()
        .enumerate()
        .flat_map(|(record, announcement)| {
            let events = match &announcement.content {
                Content::Events(events) => events.as_slice(),
                Content::Validation(..) | Content::Nothing => &[],
            };
            events.iter().map(move |event| (record, event))
        })
}

fn report(announcements: &[Announcement], failed: &HashSet<usize>) {
    let now = clock::now();
    for (record, announcement) in announcements.iter().enumerate() {
        let Content::Events(events) = &announcement.content else {
            continue;
        };
        for event in events {
            let subscription = &event.subscription;
            let published = !failed.contains(&record);
            let latency_ms = clock::milliseconds_since(event.received_at);
            let metrics = Metrics::new(vec![("Store", subscription.store.to_string())]);
            let metrics = if published {
                metrics
                    .elapsed("ReceivedToPublished", event.received_at, now)
                    .count("Published")
            } else {
                metrics.count("PublishFailed")
            };
            tracing::info!(
                target: "metrics",
                emf = metrics.emf(now),
                broadcaster = %subscription.broadcaster_id,
                store = %subscription.store,
                subscription = %subscription.ownership.subscription_id,
                event = %event.event_id,
                kind = ?event.kind,
                correlation = event.correlation_id.map(tracing::field::display),
                latency_ms,
                published,
                "event"
            );
        }
    }
}
