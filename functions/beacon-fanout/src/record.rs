//! What a stream record announces.

use aws_lambda_events::event::dynamodb::EventRecord;
use cloud::CloudError;
use domain::BroadcasterId;
use domain::Event;
use domain::validation::ValidationOutcome;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A record of one of the two streams.
#[derive(Debug)]
pub(crate) struct Announcement {
    /// The record's place in its stream.
    pub(crate) sequence_number: String,
    /// The purchase: what has the same key is published in order.
    pub(crate) key: String,
    /// What to tell.
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// A change of a subscription.
    Events(Vec<Event>),
    /// The end of a validation.
    Validation(BroadcasterId, Box<ValidationOutcome>),
    /// Nothing.
    Nothing,
}

impl Announcement {
    /// A record of which nothing is announced.
    pub(crate) fn nothing(record: &EventRecord) -> Self {
        Self {
            sequence_number: record.change.sequence_number.clone().unwrap_or_default(),
            key: String::new(),
            content: Content::Nothing,
        }
    }

    /// The broadcaster whose subscribers receive it.
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

/// The part that decides whether the rest is read at all.
#[derive(Deserialize)]
struct Head {
    pk: String,
    #[serde(default)]
    announce: bool,
}

#[derive(Deserialize)]
struct Image {
    #[serde(default)]
    events: Vec<Event>,
    broadcaster_id: Option<BroadcasterId>,
    outcome: Option<ValidationOutcome>,
}

/// Reads a record. Of one that announces nothing, the content is not looked at.
///
/// # Errors
/// [`CloudError::Stored`] if its image can't be read.
pub(crate) fn read(record: &EventRecord) -> Result<Announcement, CloudError> {
    let nothing = Announcement::nothing(record);
    if record.change.new_image.is_empty() {
        return Ok(nothing);
    }
    let head: Head = of_image(record)?;
    if !head.announce {
        return Ok(nothing);
    }
    let image: Image = of_image(record)?;
    let content = match (image.outcome, image.broadcaster_id) {
        (Some(outcome), Some(broadcaster)) => Content::Validation(broadcaster, Box::new(outcome)),
        _ => Content::Events(image.events),
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
