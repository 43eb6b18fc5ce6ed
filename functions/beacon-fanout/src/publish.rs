//! The publications of a batch and the order in which they are sent.

use std::collections::{BTreeMap, HashMap, HashSet};

use cloud::CloudError;
use cloud::broadcasters::{Feed, Profile};
use cloud::publications::{of_beacon, of_webhook};
use cloud::topics::{BATCH, BATCH_BYTES, EVERYBODY, Publication, Topics, Unpublished};
use domain::{BroadcasterId, beacon, webhook};
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
                let publication = of_webhook(&message, None, EVERYBODY)?;
                lanes
                    // A lane of its own, because the messages of a validation have no order towards
                    // those of the purchase: they come from another stream (ADR 9).
                    .entry(format!("w{}", announcement.key))
                    .or_default()
                    .push(Outgoing {
                        record,
                        topic_arn: topics.arn(broadcaster, Feed::Webhooks),
                        publication,
                    });
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
                            let publication = of_beacon(event, &notification, EVERYBODY)?;
                            lane.push(Outgoing {
                                record,
                                topic_arn: topics.arn(broadcaster, Feed::Beacon),
                                publication,
                            });
                        }
                    }
                    if feeds.contains(&Feed::Webhooks) {
                        let lane = lanes.entry(format!("w{}", announcement.key)).or_default();
                        for message in webhook::project(event) {
                            let publication = of_webhook(&message, Some(event), EVERYBODY)?;
                            lane.push(Outgoing {
                                record,
                                topic_arn: topics.arn(broadcaster, Feed::Webhooks),
                                publication,
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
