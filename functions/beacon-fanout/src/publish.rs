//! The publications of a batch and the order in which they are sent.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use cloud::CloudError;
use cloud::broadcasters::{Feed, Profile};
use cloud::topics::{AUDIENCE, BATCH, BATCH_BYTES, EVERYBODY, Publication, Topics, Unpublished};
use domain::{BroadcasterId, Event, beacon, webhook};
use futures::future::join_all;

use crate::record::{Announcement, Content};

/// A publication, the position of its record in the batch, and its topic.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) record: usize,
    topic_arn: String,
    publication: Publication,
}

/// Settings of the broadcasters of a batch.
pub(crate) type Profiles = HashMap<BroadcasterId, Settled>;

/// Result of reading a broadcaster's settings.
#[derive(Debug)]
pub(crate) enum Settled {
    /// The settings.
    Known {
        profile: Box<Profile>,
        /// Feeds that an endpoint receives. The others are not published: SNS charges for a message
        /// that nobody receives as well.
        feeds: HashSet<Feed>,
    },
    /// Settings that this version can't read.
    Unreadable,
    /// No such broadcaster.
    Gone,
}

impl Settled {
    fn has(&self, feed: Feed) -> bool {
        matches!(self, Self::Known { feeds, .. } if feeds.contains(&feed))
    }
}

type Attributes = BTreeMap<Cow<'static, str>, String>;

/// Positions of the records of a batch that were not published.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// Records with a publication that may succeed later.
    pub(crate) failed: HashSet<usize>,
    /// Records with a publication that SNS refuses permanently.
    pub(crate) refused: HashSet<usize>,
}

/// Publications of each purchase and feed, in order.
pub(crate) type Lanes = BTreeMap<String, Vec<Outgoing>>;

/// Projects announcements. The publications of one purchase and one feed form one lane.
///
/// # Errors
/// [`CloudError::Stored`] if a publication can't be serialised.
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
                if !profiles
                    .get(broadcaster)
                    .is_some_and(|settled| settled.has(Feed::Webhooks))
                {
                    continue;
                }
                let message = webhook::project_validation(broadcaster, outcome);
                let out = webhook_publication(broadcaster, &message, None, topics)?;
                lanes
                    // A lane of its own, because the messages of a validation have no order towards
                    // those of the purchase: they come from another stream (ADR 9).
                    .entry(format!("w{}", announcement.key))
                    .or_default()
                    .push(Outgoing { record, ..out });
            }
            Content::Events(events) => {
                for event in events {
                    let broadcaster = &event.subscription.broadcaster_id;
                    let Some(Settled::Known { profile, feeds }) = profiles.get(broadcaster) else {
                        continue;
                    };
                    if feeds.contains(&Feed::Beacon) {
                        // Each purchase has a lane for each feed, because a receiver of one feed
                        // must not wait for the other.
                        let lane = lanes.entry(format!("b{}", announcement.key)).or_default();
                        for notification in beacon::project(event, &profile.settings) {
                            lane.push(Outgoing {
                                record,
                                ..beacon_publication(event, &notification, topics)?
                            });
                        }
                    }
                    if feeds.contains(&Feed::Webhooks) {
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
    }
    Ok(lanes)
}

/// Publishes all lanes in rounds of one message per lane, so that the messages of a purchase are
/// sent in order while many purchases share a call.
///
/// After a failure the rest of its lane is not published. After a message that is refused
/// permanently it is.
pub(crate) async fn publish(topics: &Topics, lanes: Lanes) -> Published {
    let mut published = Published::default();
    let mut lanes: Vec<_> = lanes
        .into_values()
        .map(|lane| (None, lane.into_iter()))
        .collect();
    loop {
        let mut round: BTreeMap<String, Vec<Outgoing>> = BTreeMap::new();
        for (last, lane) in &mut lanes {
            // Publishing what follows would overtake the failed message when its record comes
            // again.
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
    // SNS reports each entry of a batch separately: the accepted ones must not fail with the
    // others.
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

/// Splits by both limits of one call: number of messages and bytes.
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
    attributes.insert(Feed::Beacon.attribute().into(), kind.to_owned());
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
    let mut attributes = event.map_or_else(for_everybody, attributes);
    attributes.insert("event_id".into(), message.id.to_string());
    let topic = message.topic.as_str().to_owned();
    attributes.insert(Feed::Webhooks.attribute().into(), topic);
    Ok(Outgoing {
        record: 0,
        topic_arn: topics.arn(broadcaster, Feed::Webhooks),
        publication: Publication {
            message: json(message)?,
            attributes,
        },
    })
}

/// Builds the attributes for filter policies. SNS does not sign attributes, so receivers must not
/// rely on them.
fn attributes(event: &Event) -> Attributes {
    let mut attributes = for_everybody();
    attributes.extend([
        ("event_id".into(), event.event_id.to_string()),
        ("sequence".into(), event.sequence.to_string()),
        (
            "environment".into(),
            event.subscription.environment.to_string(),
        ),
    ]);
    attributes
}

fn for_everybody() -> Attributes {
    Attributes::from([(AUDIENCE.into(), EVERYBODY.to_owned())])
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, CloudError> {
    serde_json::to_string(value).map_err(|error| CloudError::Stored {
        what: "publication",
        reason: error.to_string(),
    })
}
