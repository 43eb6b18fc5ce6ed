//! A message that SNS could not deliver, as it lies in the endpoint's queue: the envelope that SNS
//! would have posted.

use std::collections::BTreeMap;

use cloud::topics::{AUDIENCE, Publication};
use domain::Timestamp;
use serde::Deserialize;

/// Attribute with the time at which a message was sent again.
const SENT_AGAIN_AT: &str = "redelivered_at";

/// Envelope of a notification. Requests to confirm a subscription are no notifications.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Letter {
    #[serde(rename = "Type")]
    kind: String,
    message: String,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    value: String,
}

impl Letter {
    /// Parses a message of the queue; `None` if it is no notification of SNS.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let letter: Self = serde_json::from_str(body).ok()?;
        (letter.kind == "Notification").then_some(letter)
    }

    /// Whether it was sent again at `since` or later, and has come back.
    pub(crate) fn is_back(&self, since: Timestamp) -> bool {
        let sent_at = self.message_attributes.get(SENT_AGAIN_AT);
        let sent_at = sent_at.and_then(|attribute| attribute.value.parse::<Timestamp>().ok());
        sent_at.is_some_and(|sent_at| sent_at >= since)
    }

    /// Builds the publication to this endpoint alone. The message is what it was; receivers
    /// recognise it by the ids and dates in it.
    pub(crate) fn publication(self, endpoint_id: &str, now: Timestamp) -> Publication {
        let kept = self.message_attributes.into_iter();
        let mut attributes: BTreeMap<_, _> = kept
            .map(|(name, attribute)| (name.into(), attribute.value))
            .collect();
        attributes.insert(AUDIENCE.into(), endpoint_id.to_owned());
        attributes.insert(SENT_AGAIN_AT.into(), now.to_string());
        Publication {
            message: self.message,
            attributes,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn letter(attributes: &serde_json::Value) -> Letter {
        let body = json!({
            "Type": "Notification", "Message": "{\"notification_type\":\"new\"}",
            "MessageAttributes": attributes,
        });
        Letter::read(&body.to_string()).unwrap()
    }

    #[test]
    fn the_message_stays_and_only_the_endpoint_hears_it() {
        let attributes = json!({
            "audience": {"Type": "String", "Value": "all"},
            "event_id": {"Type": "String", "Value": "e1"},
        });
        let now = Timestamp::UNIX_EPOCH;
        let sent = letter(&attributes).publication("ep-1", now);
        assert_eq!(sent.message, "{\"notification_type\":\"new\"}");
        assert_eq!(sent.attributes["audience"], "ep-1");
        assert_eq!(sent.attributes["event_id"], "e1");
        assert_eq!(sent.attributes["redelivered_at"], now.to_string());
    }

    #[test]
    fn what_was_sent_again_since_then_is_back() {
        let at = |text: &str| json!({"redelivered_at": {"Type": "String", "Value": text}});
        let since = "2026-12-01T10:00:00Z".parse().unwrap();
        assert!(letter(&at("2026-12-01T10:00:00Z")).is_back(since));
        assert!(!letter(&at("2026-12-01T09:59:59Z")).is_back(since));
        assert!(!letter(&at("soon")).is_back(since));
        assert!(!letter(&json!({})).is_back(since));
    }

    #[test]
    fn a_request_to_confirm_is_no_letter() {
        assert!(Letter::read(r#"{"Type":"SubscriptionConfirmation","Message":"m"}"#).is_none());
        assert!(Letter::read("{").is_none());
    }
}
