//! SNS envelope, and the text that its signature covers.

use serde::Deserialize;
use serde_json::Value;

/// Body that SNS posts, without the fields that are not used here.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Envelope {
    #[serde(rename = "Type")]
    pub(super) kind: String,
    pub(super) message_id: String,
    pub(super) topic_arn: String,
    pub(super) message: String,
    pub(super) timestamp: String,
    #[serde(default)]
    pub(super) subject: Option<String>,
    #[serde(default)]
    pub(super) token: Option<String>,
    #[serde(default, rename = "SubscribeURL")]
    pub(super) subscribe_url: Option<String>,
    #[serde(default)]
    pub(super) signature_version: Option<String>,
    #[serde(default)]
    pub(super) signature: Option<String>,
    #[serde(default, rename = "SigningCertURL")]
    pub(super) signing_cert_url: Option<String>,
    /// Not covered by the signature: suitable only for filtering.
    #[serde(default)]
    pub(super) message_attributes: Option<Value>,
}

impl Envelope {
    /// Returns the signed text: the name and the value of each field on its own line, in the order
    /// that Amazon SNS documents ("verifying the signatures of messages").
    pub(super) fn signed_text(&self) -> String {
        let mut fields = vec![("Message", Some(&self.message))];
        fields.push(("MessageId", Some(&self.message_id)));
        if self.kind == "Notification" {
            fields.push(("Subject", self.subject.as_ref()));
        } else {
            fields.push(("SubscribeURL", self.subscribe_url.as_ref()));
        }
        fields.push(("Timestamp", Some(&self.timestamp)));
        if self.kind != "Notification" {
            fields.push(("Token", self.token.as_ref()));
        }
        fields.push(("TopicArn", Some(&self.topic_arn)));
        fields.push(("Type", Some(&self.kind)));
        let lines = fields
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?)));
        lines.collect()
    }

    /// Returns the unescaped message: JSON where it is JSON, otherwise its text.
    pub(super) fn unescaped(&self) -> Value {
        serde_json::from_str(&self.message).unwrap_or_else(|_| Value::String(self.message.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_text_of_a_notification() {
        let envelope: Envelope =
            serde_json::from_str(include_str!("fixtures/notification-v2.json")).unwrap();
        assert_eq!(
            envelope.signed_text(),
            include_str!("fixtures/notification-signed.txt")
        );
        assert_eq!(envelope.unescaped()["notification_type"], "new");
    }

    #[test]
    fn the_signed_text_of_a_confirmation() {
        let envelope: Envelope = serde_json::from_str(
            r#"{"Type":"SubscriptionConfirmation","MessageId":"m","Token":"t","TopicArn":"arn",
                "Message":"hello","SubscribeURL":"https://x","Timestamp":"now"}"#,
        )
        .unwrap();
        assert_eq!(
            envelope.signed_text(),
            "Message\nhello\nMessageId\nm\nSubscribeURL\nhttps://x\nTimestamp\nnow\n\
             Token\nt\nTopicArn\narn\nType\nSubscriptionConfirmation\n"
        );
    }
}
