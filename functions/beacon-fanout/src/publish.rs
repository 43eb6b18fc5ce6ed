//! From announcements to publications, and in what order they go out.

use std::collections::{BTreeMap, HashMap, HashSet};

use cloud::CloudError;
use cloud::broadcasters::{Feed, Profile};
use cloud::topics::{BATCH, BATCH_BYTES, Publication, Topics, Unpublished};
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

/// What is known of each broadcaster of a batch.
pub(crate) type Profiles = HashMap<BroadcasterId, Settled>;

/// What is known of a broadcaster.
#[derive(Debug)]
pub(crate) enum Settled {
    /// It has these settings.
    Known(Box<Profile>),
    /// It has settings that this version can't read.
    Unreadable,
    /// There is no such broadcaster.
    Gone,
}

/// What became of the records of a batch.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// Records of which something may succeed later.
    pub(crate) failed: HashSet<usize>,
    /// Records of which SNS refuses something for good.
    pub(crate) refused: HashSet<usize>,
}

/// What each purchase has to say, in order.
pub(crate) type Lanes = BTreeMap<String, Vec<Outgoing>>;

/// Projects announcements. What belongs to one purchase and one feed forms one lane.
pub(crate) fn lanes(
    announcements: &[Announcement],
    profiles: &Profiles,
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
                    if let Some(Settled::Known(profile)) = profiles.get(broadcaster) {
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
/// order while many purchases share a call. What follows a failure in its lane is not published; what
/// follows a message that is refused for good is.
pub(crate) async fn publish(topics: &Topics, lanes: Lanes) -> Published {
    let mut published = Published::default();
    let mut lanes: Vec<_> = lanes
        .into_values()
        .map(|lane| (None, lane.into_iter()))
        .collect();
    loop {
        let mut round: BTreeMap<String, Vec<Outgoing>> = BTreeMap::new();
        for (last, lane) in &mut lanes {
            if last.is_some_and(|last| published.failed.contains(&last)) {
                published.failed.extend(lane.map(|left| left.record));
            } else if let Some(outgoing) = lane.next() {
                *last = Some(outgoing.record);
                round
                    .entry(outgoing.topic_arn.clone())
                    .or_default()
                    .push(outgoing);
            }
        }
        if round.is_empty() {
            return published;
        }
        let calls = round
            .iter()
            .flat_map(|(topic_arn, all)| {
                batches(all)
                    .into_iter()
                    .map(move |batch| (topic_arn, batch))
            })
            .map(|(topic_arn, batch)| call(topics, topic_arn, batch));
        for Published { failed, refused } in join_all(calls).await {
            published.failed.extend(failed);
            published.refused.extend(refused);
        }
    }
}

/// Publishes one batch.
async fn call(topics: &Topics, topic_arn: &str, batch: Vec<&Outgoing>) -> Published {
    let publications: Vec<_> = batch.iter().map(|outgoing| &outgoing.publication).collect();
    let mut published = Published::default();
    match topics.publish(topic_arn, &publications).await {
        Ok(unpublished) => {
            for Unpublished {
                position,
                permanent,
            } in unpublished
            {
                let record = batch.get(position).map(|outgoing| outgoing.record);
                if permanent {
                    published.refused.extend(record);
                } else {
                    published.failed.extend(record);
                }
            }
        }
        Err(error) => {
            tracing::error!(%error, topic_arn, "a batch could not be published");
            published.failed = batch.iter().map(|outgoing| outgoing.record).collect();
        }
    }
    published
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
