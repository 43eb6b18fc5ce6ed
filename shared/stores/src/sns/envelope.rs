//! Fields of a message, and the signed text.

use serde::Deserialize;

use super::Refusal;

/// Kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Kind {
    Notification,
    SubscriptionConfirmation,
    UnsubscribeConfirmation,
}

/// Version of the signature: RSA PKCS#1 v1.5 over SHA-1 or SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    Sha1,
    Sha256,
}

/// Received message, with the signed fields and those needed for the verification only: nothing
/// else may decide anything. Has no `Debug`, because whoever has the token can confirm.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Envelope {
    #[serde(rename = "Type")]
    pub(super) kind: Kind,
    pub(super) message_id: String,
    pub(super) topic_arn: String,
    pub(super) message: String,
    pub(super) timestamp: String,
    pub(super) subject: Option<String>,
    pub(super) token: Option<String>,
    #[serde(rename = "SubscribeURL")]
    pub(super) subscribe_url: Option<String>,
    pub(super) signature_version: Option<String>,
    pub(super) signature: Option<String>,
    #[serde(rename = "SigningCertURL")]
    pub(super) signing_cert_url: Option<String>,
}

impl Kind {
    /// Returns the name in the message and in the header `x-amz-sns-message-type`.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SubscriptionConfirmation => "SubscriptionConfirmation",
            Self::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        }
    }
}

impl Version {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "1" => Some(Self::Sha1),
            "2" => Some(Self::Sha256),
            _ => None,
        }
    }
}

impl Envelope {
    /// Parses a message. A field that is given twice is refused, because two parsers could read
    /// different values.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(body).map_err(|_| Refusal::Forged("it is no message of SNS"))
    }

    /// Builds the signed text: name and value of each field on lines of their own, in SNS's order.
    /// A field that is absent or null is left out.
    pub(super) fn signed_text(&self) -> String {
        let given = Option::as_deref;
        let mut fields = vec![
            ("Message", Some(self.message.as_str())),
            ("MessageId", Some(&self.message_id)),
        ];
        // Confirmations have a URL and a token where notifications have a subject.
        if self.kind == Kind::Notification {
            fields.push(("Subject", given(&self.subject)));
        } else {
            fields.push(("SubscribeURL", given(&self.subscribe_url)));
        }
        fields.push(("Timestamp", Some(&self.timestamp)));
        if self.kind != Kind::Notification {
            fields.push(("Token", given(&self.token)));
        }
        fields.push(("TopicArn", Some(&self.topic_arn)));
        fields.push(("Type", Some(self.kind.as_str())));
        fields
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(json: &Value) -> Envelope {
        match Envelope::read(json.to_string().as_bytes()) {
            Ok(envelope) => envelope,
            Err(refusal) => panic!("{refusal:?}"),
        }
    }

    fn notification() -> Value {
        json!({"Type": "Notification", "MessageId": "5f1d3b2a-7c44-5e0b-9a51-6f0f2f6f3c10",
            "TopicArn": "arn:aws:sns:eu-west-1:000011112222:subs-events",
            "Message": "{\"event_id\":\"01JD8Z\",\"kind\":\"renew\"}",
            "Timestamp": "2026-12-02T10:15:02.004Z", "SignatureVersion": "1",
            "MessageAttributes": {"kind": {"Type": "String", "Value": "new"}}})
    }

    #[test]
    fn the_signed_text_of_a_notification_is_the_documented_one() {
        let expected = "Message\n{\"event_id\":\"01JD8Z\",\"kind\":\"renew\"}\nMessageId\n\
            5f1d3b2a-7c44-5e0b-9a51-6f0f2f6f3c10\nTimestamp\n2026-12-02T10:15:02.004Z\nTopicArn\n\
            arn:aws:sns:eu-west-1:000011112222:subs-events\nType\nNotification\n";
        assert_eq!(read(&notification()).signed_text(), expected);
        let mut null = notification();
        null["Subject"] = Value::Null;
        assert_eq!(read(&null).signed_text(), expected);
    }

    #[test]
    fn a_subject_is_signed_if_there_is_one() {
        let mut with_subject = notification();
        with_subject["Subject"] = json!("é ");
        let text = read(&with_subject).signed_text();
        assert!(text.contains("3c10\nSubject\né \nTimestamp\n"), "{text}");
    }

    #[test]
    fn the_other_two_sign_the_address_and_the_token() {
        for kind in ["SubscriptionConfirmation", "UnsubscribeConfirmation"] {
            let envelope = read(
                &json!({"Type": kind, "MessageId": "m", "Token": "t", "TopicArn": "arn",
                "Message": "hello\nthere", "Subject": "s", "SubscribeURL": "https://x", "Timestamp": "now"}),
            );
            let expected = format!(
                "Message\nhello\nthere\nMessageId\nm\nSubscribeURL\nhttps://x\nTimestamp\nnow\n\
                 Token\nt\nTopicArn\narn\nType\n{kind}\n"
            );
            assert_eq!(envelope.signed_text(), expected);
        }
    }

    #[test]
    fn what_is_no_envelope_is_forged() {
        let twice = notification().to_string().replacen(
            '{',
            "{\"TopicArn\":\"arn:aws:sns:eu-west-1:000011112222:other\",",
            1,
        );
        let mut unknown = notification();
        unknown["Type"] = json!("Raw");
        let mut without = notification();
        without.as_object_mut().unwrap().remove("MessageId");
        for wrong in [
            "",
            "[]",
            "{}",
            "\"Notification\"",
            &twice,
            &unknown.to_string(),
            &without.to_string(),
        ] {
            assert!(Envelope::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(Envelope::read(&[0xFF, 0xFE]).is_err());
    }
}
