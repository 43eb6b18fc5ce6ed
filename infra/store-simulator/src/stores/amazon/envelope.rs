//! Envelope of a message: its fields, its signed content, and its headers.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{custom::MessageKind, rsa_sha1, topic::Topic};
use crate::keys::{KeyError, RsaKey};

pub(super) const TYPE_HEADER: &str = "x-amz-sns-message-type";
pub(super) const ID_HEADER: &str = "x-amz-sns-message-id";
pub(super) const TOPIC_HEADER: &str = "x-amz-sns-topic-arn";
pub(super) const SUBSCRIPTION_HEADER: &str = "x-amz-sns-subscription-arn";
pub(super) const RAW_HEADER: &str = "x-amz-sns-rawdelivery";
pub(super) const HEADERS: [&str; 4] = [TYPE_HEADER, ID_HEADER, TOPIC_HEADER, SUBSCRIPTION_HEADER];

const SIGNED_OF_NOTIFICATIONS: [&str; 6] = [
    "Message",
    "MessageId",
    "Subject",
    "Timestamp",
    "TopicArn",
    "Type",
];
const SIGNED_OF_CONFIRMATIONS: [&str; 7] = [
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
];

/// Content of an envelope.
pub(super) struct Draft<'a> {
    pub(super) kind: MessageKind,
    pub(super) topic: &'a Topic,
    pub(super) subscription_arn: &'a str,
    pub(super) certificate_id: &'a str,
    pub(super) message: String,
    pub(super) message_id: String,
    pub(super) subject: Option<String>,
    pub(super) at: Timestamp,
}

impl Draft<'_> {
    /// Returns the fields, without the signature.
    pub(super) fn fields(self) -> Map<String, Value> {
        let (arn, host) = (self.topic.arn(), self.topic.host());
        let mut fields = Map::new();
        let mut put = |name: &str, value: String| fields.insert(name.to_owned(), json!(value));
        put("Type", self.kind.as_str().to_owned());
        put("MessageId", self.message_id);
        put("TopicArn", arn.clone());
        put("Message", self.message);
        put("Timestamp", time(self.at));
        put(
            "SigningCertURL",
            certificate_url(self.topic, self.certificate_id),
        );
        if self.kind == MessageKind::Notification {
            if let Some(subject) = self.subject {
                put("Subject", subject);
            }
            let subscription = self.subscription_arn;
            put(
                "UnsubscribeURL",
                format!("https://{host}/?Action=Unsubscribe&SubscriptionArn={subscription}"),
            );
        } else {
            let token = new_token();
            let base = format!("https://{host}/");
            put("SubscribeURL", subscribe_url(&base, &arn, &token));
            put("Token", token);
        }
        fields
    }
}

/// Returns the URL of a certificate in messages.
pub(super) fn certificate_url(topic: &Topic, id: &str) -> String {
    let host = topic.host();
    format!("https://{host}/SimpleNotificationService-{id}.pem")
}

/// Returns the URL that confirms a subscription.
pub(super) fn subscribe_url(base: &str, topic_arn: &str, token: &str) -> String {
    format!("{base}?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}")
}

pub(super) fn new_token() -> String {
    let part = || Uuid::new_v4().simple().to_string();
    [part(), part(), part(), part()].concat()
}

/// Formats a time as in envelopes, with milliseconds.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Returns the text of a confirmation message.
pub(super) fn prose(kind: MessageKind, topic_arn: &str, subscription_arn: &str) -> String {
    match kind {
        MessageKind::UnsubscribeConfirmation => format!(
            "You have chosen to deactivate subscription {subscription_arn}.\nTo cancel this \
             operation and restore the subscription, visit the SubscribeURL included in this \
             message."
        ),
        _ => format!(
            "You have chosen to subscribe to the topic {topic_arn}.\nTo confirm the \
             subscription, visit the SubscribeURL included in this message."
        ),
    }
}

/// Adds the signature and its version.
pub(super) fn sign(
    fields: &mut Map<String, Value>,
    key: &RsaKey,
    version: &str,
) -> Result<(), KeyError> {
    let text = string_to_sign(fields);
    let signature = match version {
        "1" => rsa_sha1::sign(&key.pkcs8()?, text.as_bytes()).ok_or(KeyError)?,
        _ => key.sign(text.as_bytes())?,
    };
    let signature = STANDARD.encode(signature);
    fields.insert("Signature".to_owned(), json!(signature));
    Ok(())
}

/// Returns the string to sign: name and value of each signed field that is present, each on its own
/// line.
fn string_to_sign(fields: &Map<String, Value>) -> String {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let names: &[&str] = match text("Type") {
        Some("SubscriptionConfirmation" | "UnsubscribeConfirmation") => &SIGNED_OF_CONFIRMATIONS,
        _ => &SIGNED_OF_NOTIFICATIONS,
    };
    let lines = names.iter().filter_map(|name| Some((name, text(name)?)));
    lines
        .map(|(name, value)| format!("{name}\n{value}\n"))
        .collect()
}

/// Returns the service's headers for these fields.
pub(super) fn headers(
    fields: &Map<String, Value>,
    subscription_arn: &str,
) -> Vec<(String, Option<String>)> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut headers = vec![
        (TYPE_HEADER, text("Type")),
        (ID_HEADER, text("MessageId")),
        (TOPIC_HEADER, text("TopicArn")),
    ];
    if text("Type") != MessageKind::SubscriptionConfirmation.as_str() {
        headers.push((SUBSCRIPTION_HEADER, subscription_arn));
    }
    let owned = |(name, value): (&str, &str)| (name.to_owned(), Some(value.to_owned()));
    headers.into_iter().map(owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn of_a_notification_the_named_fields_are_signed_in_their_order() {
        let example = fields(
            &json!({"Type": "Notification", "Timestamp": "2026-12-02T10:15:02.004Z",
            "MessageId": "5f1d3b2a-7c44-5e0b-9a51-6f0f2f6f3c10", "UnsubscribeURL": "https://a",
            "TopicArn": "arn:aws:sns:eu-west-1:000011112222:subs-events", "Subject": null,
            "Message": r#"{"event_id":"01JD8Z","kind":"renew"}"#}),
        );
        let expected = "Message\n{\"event_id\":\"01JD8Z\",\"kind\":\"renew\"}\nMessageId\n\
            5f1d3b2a-7c44-5e0b-9a51-6f0f2f6f3c10\nTimestamp\n2026-12-02T10:15:02.004Z\nTopicArn\n\
            arn:aws:sns:eu-west-1:000011112222:subs-events\nType\nNotification\n";
        assert_eq!(string_to_sign(&example), expected);
    }

    #[test]
    fn a_subject_and_of_confirmations_the_token_are_signed_too() {
        let with_subject =
            fields(&json!({"Type": "Notification", "Message": "m", "Subject": "s", "Token": "t"}));
        let expected = "Message\nm\nSubject\ns\nType\nNotification\n";
        assert_eq!(string_to_sign(&with_subject), expected);
        let confirmation = fields(&json!({"Type": "SubscriptionConfirmation", "Message": "m",
            "Subject": "s", "Token": "t", "SubscribeURL": "u"}));
        let expected = "Message\nm\nSubscribeURL\nu\nToken\nt\nType\nSubscriptionConfirmation\n";
        assert_eq!(string_to_sign(&confirmation), expected);
    }

    #[test]
    fn times_have_milliseconds() {
        let at = "2026-12-02T10:15:02.004Z".parse().unwrap();
        assert_eq!(time(at), "2026-12-02T10:15:02.004Z");
        let at = "2026-12-02T10:15:02Z".parse().unwrap();
        assert_eq!(time(at), "2026-12-02T10:15:02.000Z");
    }
}
