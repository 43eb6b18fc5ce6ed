//! Publications of events and validations: the message and its attributes.
//!
//! SNS does not sign attributes: they serve for filter policies, and receivers must not rely on them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::{Event, beacon, webhook};
use serde::Serialize;

use crate::CloudError;
use crate::broadcasters::Feed;
use crate::topics::{AUDIENCE, Publication};

type Attributes = BTreeMap<Cow<'static, str>, String>;

/// Builds the publication of a Beacon notification for an audience.
///
/// # Errors
/// [`CloudError::Stored`] if it can't be serialised.
pub fn of_beacon(
    event: &Event,
    notification: &beacon::Notification,
    audience: &str,
) -> Result<Publication, CloudError> {
    let mut attributes = attributes(event, audience);
    let kind = notification.notification_type.as_str();
    attributes.insert(Feed::Beacon.attribute().into(), kind.to_owned());
    Ok(Publication {
        message: json(notification)?,
        attributes,
    })
}

/// Builds the publication of a webhook message for an audience; `event` is absent for the outcome of
/// a validation.
///
/// # Errors
/// [`CloudError::Stored`] if it can't be serialised.
pub fn of_webhook(
    message: &webhook::Message,
    event: Option<&Event>,
    audience: &str,
) -> Result<Publication, CloudError> {
    let mut attributes =
        event.map_or_else(|| heard_by(audience), |event| attributes(event, audience));
    attributes.insert("event_id".into(), message.id.to_string());
    let topic = message.topic.as_str().to_owned();
    attributes.insert(Feed::Webhooks.attribute().into(), topic);
    Ok(Publication {
        message: json(message)?,
        attributes,
    })
}

fn attributes(event: &Event, audience: &str) -> Attributes {
    let mut attributes = heard_by(audience);
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

fn heard_by(audience: &str) -> Attributes {
    Attributes::from([(AUDIENCE.into(), audience.to_owned())])
}

fn json<T: Serialize>(value: &T) -> Result<String, CloudError> {
    serde_json::to_string(value).map_err(|error| CloudError::Stored {
        what: "publication",
        reason: error.to_string(),
    })
}
