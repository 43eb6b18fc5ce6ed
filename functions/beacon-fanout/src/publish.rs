//! From announcements to publications, and in what order they go out.

use std::collections::{BTreeMap, HashMap, HashSet};

use cloud::CloudError;
use cloud::broadcasters::{Feed, Profile};
use cloud::topics::{BATCH, BATCH_BYTES, Publication, Topics};
use domain::{BroadcasterId, Event, beacon, webhook};
use futures::future::join_all;

use crate::record::{Announcement, Content};

/// A publication, the record that asks for it, and where it goes.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) record: usize,
    topic_arn: String,
    publication: Publication,
}

/// What each purchase has to say, in order.
pub(crate) type Lanes = BTreeMap<String, Vec<Outgoing>>;

/// Projects announcements. What belongs to one purchase and one feed forms one lane.
pub(crate) fn lanes(
    announcements: &[Announcement],
    profiles: &HashMap<BroadcasterId, Profile>,
    topics: &Topics,
) -> Result<Lanes, CloudError> {
    let mut lanes = Lanes::new();
    for (record, announcement) in announcements.iter().enumerate() {
        match &announcement.content {
            Content::Nothing => {}
            Content::Validation(broadcaster, outcome) => {
                let message = webhook::project_validation(broadcaster, outcome);
                let out = webhook_publication(broadcaster, &message, None, topics)?;
                lanes
                    .entry(format!("w{}", announcement.key))
                    .or_default()
                    .push(Outgoing { record, ..out });
            }
            Content::Events(events) => {
                for event in events {
                    let broadcaster = &event.subscription.broadcaster_id;
                    if let Some(profile) = profiles.get(broadcaster) {
                        let lane = lanes.entry(format!("b{}", announcement.key)).or_default();
                        for notification in beacon::project(event, &profile.settings) {
                            lane.push(Outgoing {
                                record,
                                ..beacon_publication(event, &notification, topics)?
                            });
                        }
                    }
                    let lane = lanes.entry(format!("w{}", announcement.key)).or_default();
                    for message in webhook::project(event) {
                        lane.push(Outgoing {
                            record,
                            ..webhook_publication(broadcaster, &message, Some(event), topics)?
                        });
                    }
                }
            }
        }
    }
    Ok(lanes)
}

/// Publishes all lanes: one message of each lane a round, so that a purchase's messages go out in
/// order while many purchases share a call. Answers the records of which something failed; what
/// follows a failure in its lane is not published.
pub(crate) async fn publish(topics: &Topics, lanes: Lanes) -> HashSet<usize> {
    let mut failed = HashSet::new();
    let mut lanes: Vec<_> = lanes
        .into_values()
        .map(|lane| (None, lane.into_iter()))
        .collect();
    loop {
        let mut round: BTreeMap<String, Vec<Outgoing>> = BTreeMap::new();
        for (last, lane) in &mut lanes {
            if last.is_some_and(|last| failed.contains(&last)) {
                failed.extend(lane.map(|left| left.record));
            } else if let Some(outgoing) = lane.next() {
                *last = Some(outgoing.record);
                round
                    .entry(outgoing.topic_arn.clone())
                    .or_default()
                    .push(outgoing);
            }
        }
        if round.is_empty() {
            return failed;
        }
        let calls = round
            .iter()
            .flat_map(|(topic_arn, all)| {
                batches(all)
                    .into_iter()
                    .map(move |batch| (topic_arn, batch))
            })
            .map(|(topic_arn, batch)| call(topics, topic_arn, batch));
        failed.extend(join_all(calls).await.into_iter().flatten());
    }
}

/// Publishes one batch. Answers the records that failed.
async fn call(topics: &Topics, topic_arn: &str, batch: Vec<&Outgoing>) -> Vec<usize> {
    let publications: Vec<_> = batch.iter().map(|outgoing| &outgoing.publication).collect();
    match topics.publish(topic_arn, &publications).await {
        Ok(refused) => refused
            .into_iter()
            .filter_map(|position| batch.get(position).map(|outgoing| outgoing.record))
            .collect(),
        Err(error) => {
            tracing::error!(%error, topic_arn, "a batch could not be published");
            batch.iter().map(|outgoing| outgoing.record).collect()
        }
    }
}

/// Splits by the limits of one call: number and bytes.
fn batches(all: &[Outgoing]) -> Vec<Vec<&Outgoing>> {
    let mut batches: Vec<Vec<&Outgoing>> = Vec::new();
    let mut bytes = 0;
    for outgoing in all {
        let size = outgoing.publication.size();
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + size <= BATCH_BYTES => {
                batch.push(outgoing);
                bytes += size;
            }
            _ => {
                batches.push(vec![outgoing]);
                bytes = size;
            }
        }
    }
    batches
}

fn beacon_publication(
    event: &Event,
    notification: &beacon::Notification,
    topics: &Topics,
) -> Result<Outgoing, CloudError> {
    let mut attributes = attributes(event);
    let kind = notification.notification_type.as_str();
    attributes.insert("notification_type", kind.to_owned());
    Ok(Outgoing {
        record: 0,
        topic_arn: topics.arn(&event.subscription.broadcaster_id, Feed::Beacon),
        publication: Publication {
            message: json(notification)?,
            attributes,
        },
    })
}

fn webhook_publication(
    broadcaster: &BroadcasterId,
    message: &webhook::Message,
    event: Option<&Event>,
    topics: &Topics,
) -> Result<Outgoing, CloudError> {
    let mut attributes = event.map(attributes).unwrap_or_default();
    attributes.insert("event_id", message.id.to_string());
    attributes.insert("topic", message.topic.as_str().to_owned());
    Ok(Outgoing {
        record: 0,
        topic_arn: topics.arn(broadcaster, Feed::Webhooks),
        publication: Publication {
            message: json(message)?,
            attributes,
        },
    })
}

fn attributes(event: &Event) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("event_id", event.event_id.to_string()),
        ("sequence", event.sequence.to_string()),
        ("environment", event.subscription.environment.to_string()),
    ])
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, CloudError> {
    serde_json::to_string(value).map_err(|error| CloudError::Stored {
        what: "publication",
        reason: error.to_string(),
    })
}
