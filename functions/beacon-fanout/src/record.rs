//! Parsing of stream records.

use aws_lambda_events::event::dynamodb::EventRecord;
use cloud::CloudError;
use cloud::subscriptions::announced_events;
use domain::BroadcasterId;
use domain::Event;
use domain::validation::EndedValidation;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Content of one record of a stream, ready to be announced.
#[derive(Debug)]
pub(crate) struct Announcement {
    /// Position of the record in its stream.
    pub(crate) sequence_number: String,
    /// Partition key of the item. Announcements with the same key are published in order.
    pub(crate) key: String,
    /// Content to publish.
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// Events of a change of a subscription.
    Events(Vec<Event>),
    /// Outcome of a validation.
    Validation(BroadcasterId, Box<EndedValidation>),
    /// Nothing to announce.
    Nothing,
}

impl Announcement {
    /// Builds an announcement without content for a record.
    pub(crate) fn nothing(record: &EventRecord) -> Self {
        Self {
            sequence_number: record.change.sequence_number.clone().unwrap_or_default(),
            key: String::new(),
            content: Content::Nothing,
        }
    }

    /// Returns the broadcaster whose subscribers receive the content.
    pub(crate) fn broadcaster(&self) -> Option<&BroadcasterId> {
        match &self.content {
            Content::Events(events) => events
                .first()
                .map(|event| &event.subscription.broadcaster_id),
            Content::Validation(broadcaster, _) => Some(broadcaster),
            Content::Nothing => None,
        }
    }
}

/// Attributes that decide whether the rest of the image is parsed.
#[derive(Deserialize)]
struct Head {
    pk: String,
    #[serde(default)]
    announce: bool,
}

#[derive(Deserialize)]
struct Image {
    #[serde(default)]
    events: Vec<Map<String, Value>>,
    subscription: Option<Value>,
    broadcaster_id: Option<BroadcasterId>,
    outcome: Option<EndedValidation>,
}

/// Parses a record. The content is parsed only if the item is to be announced.
///
/// # Errors
/// [`CloudError::Stored`] if its image can't be read.
pub(crate) fn read(record: &EventRecord) -> Result<Announcement, CloudError> {
    let nothing = Announcement::nothing(record);
    // A deletion (by TTL or an erasure) has no new image.
    if record.change.new_image.is_empty() {
        return Ok(nothing);
    }
    let head: Head = of_image(record)?;
    // The event source filters pass only items with `announce`, but a letter that a person invokes
    // the function with does not go through them.
    if !head.announce {
        return Ok(nothing);
    }
    let image: Image = of_image(record)?;
    let content = match (image.outcome, image.broadcaster_id) {
        (Some(outcome), Some(broadcaster)) => Content::Validation(broadcaster, Box::new(outcome)),
        _ => Content::Events(announced_events(image.events, image.subscription.as_ref())?),
    };
    Ok(Announcement {
        key: head.pk,
        content,
        ..nothing
    })
}

fn of_image<T: DeserializeOwned>(record: &EventRecord) -> Result<T, CloudError> {
    serde_dynamo::from_item(record.change.new_image.clone()).map_err(|error| CloudError::Stored {
        what: "stream record",
        reason: error.to_string(),
    })
}
