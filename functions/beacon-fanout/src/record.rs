//! What a stream record announces.

use aws_lambda_events::event::dynamodb::EventRecord;
use cloud::CloudError;
use domain::BroadcasterId;
use domain::Event;
use domain::validation::ValidationOutcome;
use serde::Deserialize;

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

#[derive(Deserialize)]
struct Image {
    pk: String,
    #[serde(default)]
    announce: bool,
    #[serde(default)]
    events: Vec<Event>,
    broadcaster_id: Option<BroadcasterId>,
    outcome: Option<ValidationOutcome>,
}

/// Reads a record.
///
/// # Errors
/// [`CloudError::Stored`] if its image can't be read.
pub(crate) fn read(record: EventRecord) -> Result<Announcement, CloudError> {
    let sequence_number = record.change.sequence_number.unwrap_or_default();
    if record.change.new_image.is_empty() {
        return Ok(Announcement {
            sequence_number,
            key: String::new(),
            content: Content::Nothing,
        });
    }
    let image: Image =
        serde_dynamo::from_item(record.change.new_image).map_err(|error| CloudError::Stored {
            what: "stream record",
            reason: error.to_string(),
        })?;
    let content = match (image.outcome, image.broadcaster_id) {
        _ if !image.announce => Content::Nothing,
        (Some(outcome), Some(broadcaster)) => Content::Validation(broadcaster, Box::new(outcome)),
        _ => Content::Events(image.events),
    };
    Ok(Announcement {
        sequence_number,
        key: image.pk,
        content,
    })
}
