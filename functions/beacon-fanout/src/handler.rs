//! One batch of a stream.

use std::collections::{HashMap, HashSet};

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use cloud::broadcasters::{Broadcasters, Profile};
use cloud::journal::Journal;
use cloud::telemetry::Metrics;
use cloud::topics::Topics;
use cloud::{Aws, CloudError, clock};
use domain::{BroadcasterId, Event};
use lambda_runtime::LambdaEvent;

use crate::publish::{lanes, publish};
use crate::record::{Announcement, Content, read};

/// The function's clients.
#[derive(Debug)]
pub struct Fanout {
    broadcasters: Broadcasters,
    journal: Journal,
    topics: Topics,
}

impl Fanout {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names a variable that is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            broadcasters: Broadcasters::from_environment(aws)?,
            journal: Journal::from_environment(aws)?,
            topics: Topics::from_environment(aws)?,
        })
    }

    /// Delivers a batch. The answer names the records that were not delivered.
    ///
    /// # Errors
    /// [`CloudError`] if nothing of the batch could be done: all of it comes again.
    pub async fn handle(
        &self,
        event: LambdaEvent<StreamEvent>,
    ) -> Result<DynamoDbEventResponse, CloudError> {
        let announcements = event
            .payload
            .records
            .into_iter()
            .map(read)
            .collect::<Result<Vec<_>, _>>()?;
        let profiles = self.profiles(&announcements).await?;
        self.journal
            .append(&events(&announcements).collect::<Vec<_>>())
            .await?;
        let failed = publish(
            &self.topics,
            lanes(&announcements, &profiles, &self.topics)?,
        )
        .await;
        report(&announcements, &failed);
        let batch_item_failures = announcements
            .iter()
            .enumerate()
            .filter(|(record, _)| failed.contains(record))
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

    async fn profiles(
        &self,
        announcements: &[Announcement],
    ) -> Result<HashMap<BroadcasterId, Profile>, CloudError> {
        let wanted: HashSet<&BroadcasterId> = events(announcements)
            .map(|event| &event.subscription.broadcaster_id)
            .collect();
        let mut profiles = HashMap::new();
        for broadcaster in wanted {
            if let Some(profile) = self.broadcasters.profile(broadcaster).await? {
                profiles.insert(broadcaster.clone(), profile);
            }
        }
        Ok(profiles)
    }
}

fn events(announcements: &[Announcement]) -> impl Iterator<Item = &Event> {
    announcements
        .iter()
        .flat_map(|announcement| match &announcement.content {
            Content::Events(events) => events.as_slice(),
            Content::Validation(..) | Content::Nothing => &[],
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
            let latency_ms = now.duration_since(event.received_at).as_millis();
            tracing::info!(
                broadcaster = %subscription.broadcaster_id,
                store = %subscription.store,
                subscription = %subscription.subscription_id,
                event = %event.event_id,
                kind = ?event.kind,
                correlation = event.correlation_id.map(tracing::field::display),
                latency_ms,
                published,
                "event"
            );
            let metrics = Metrics::new(vec![("Store", subscription.store.to_string())]);
            if published {
                metrics
                    .elapsed("ReceivedToPublished", event.received_at, now)
                    .count("Published")
                    .write(now);
            } else {
                metrics.count("PublishFailed").write(now);
            }
        }
    }
}
