//! Application of a defect to a message.

use std::collections::btree_map;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{
    Forgery,
    certificate::CertificateKind,
    custom::{CustomMessage, MessageKind, SignWith},
    envelope,
    topic::Topic,
};

const THREE_HOURS: SignedDuration = SignedDuration::from_hours(3);
const OTHER_ACCOUNT: &str = "999988887777";
const OTHER_TOPIC: &str = "ZZ99Z";

impl Forgery {
    /// Adds the defect to the requested message, whose explicit fields take precedence. `now` is
    /// the time in envelopes.
    pub(super) fn apply(
        self,
        custom: &mut CustomMessage,
        topic: &Topic,
        certificate_id: &str,
        now: Timestamp,
    ) {
        let address = self.certificate_address(topic, certificate_id);
        if let Some(address) = address {
            put(&mut custom.envelope, "SigningCertURL", json!(address));
        }
        if let Some(claimed) = self.claimed_topic(topic) {
            put(&mut custom.envelope, "TopicArn", json!(claimed.arn()));
        }
        if let Some((base, of_topic)) = self.subscribe_address(topic) {
            custom.kind = MessageKind::SubscriptionConfirmation;
            let token = envelope::new_token();
            let address = envelope::subscribe_url(&base, &of_topic.arn(), &token);
            put(&mut custom.envelope, "Token", json!(token));
            put(&mut custom.envelope, "SubscribeURL", json!(address));
        }
        match self {
            Self::CertificateMissing => put(&mut custom.envelope, "SigningCertURL", Value::Null),
            Self::CertificateExpired => custom.certificate = CertificateKind::Expired,
            Self::CertificateNotYetValid => custom.certificate = CertificateKind::NotYetValid,
            Self::CertificateOfAnotherName => custom.certificate = CertificateKind::OtherName,
            Self::CertificateOfAnotherIssuer => custom.certificate = CertificateKind::OtherIssuer,
            Self::WrongKey => custom.sign_with = SignWith::WrongKey,
            Self::GarbledSignature => put(&mut custom.tampered, "Signature", json!("bm8=")),
            Self::MissingSignature => custom.sign_with = SignWith::Nobody,
            Self::SignatureVersion3 => {
                custom.signature_version.get_or_insert("3".to_owned());
            }
            Self::AddedSubject => put(&mut custom.tampered, "Subject", json!("Hello")),
            Self::HeaderTypeDiffers => {
                let other = match custom.kind {
                    MessageKind::Notification => MessageKind::SubscriptionConfirmation,
                    _ => MessageKind::Notification,
                };
                head(custom, envelope::TYPE_HEADER, Some(other.as_str()));
            }
            Self::HeaderTopicDiffers => {
                let other = named(topic, OTHER_TOPIC).arn();
                head(custom, envelope::TOPIC_HEADER, Some(&other));
            }
            Self::HeaderMissing => {
                for name in envelope::HEADERS {
                    head(custom, name, None);
                }
            }
            Self::RawDelivery => custom.raw_delivery = true,
            Self::OtherPackage => {
                let foreign = json!("com.example.foreign");
                put(&mut custom.fields, "appPackageName", foreign);
            }
            Self::OldTimestamp => signed_at(custom, now.saturating_sub(THREE_HOURS).ok()),
            Self::FutureTimestamp => signed_at(custom, now.saturating_add(THREE_HOURS).ok()),
            Self::NotJson => {
                custom.body.get_or_insert("{not json".to_owned());
            }
            Self::TypeUnknown => put(&mut custom.envelope, "Type", json!("Announcement")),
            _ => {}
        }
    }

    /// Changes signed fields after the signature, without changing their meaning.
    pub(super) fn change_signed(self, fields: &mut Map<String, Value>) {
        let message = fields.get_mut("Message");
        if let (Self::TamperedMessage, Some(Value::String(message))) = (self, message) {
            message.push(' ');
        }
    }

    fn certificate_address(self, topic: &Topic, id: &str) -> Option<String> {
        let (host, region) = (topic.host(), &topic.region);
        let file = format!("SimpleNotificationService-{id}");
        Some(match self {
            Self::CertificateOverHttp => format!("http://{host}/{file}.pem"),
            Self::CertificateOtherHost => format!("https://certs.evil.example/{file}.pem"),
            Self::CertificateHostSuffix => format!("https://{host}.evil.example/{file}.pem"),
            Self::CertificateHostPrefix => format!("https://evil-{host}/{file}.pem"),
            Self::CertificateBucketHost => {
                format!("https://sns-{region}.s3.amazonaws.com/{file}.pem")
            }
            Self::CertificateUserinfo => format!("https://{host}@certs.evil.example/{file}.pem"),
            Self::CertificatePort => format!("https://{host}:8443/{file}.pem"),
            Self::CertificateQuery => format!("https://{host}/{file}.pem?version=2"),
            Self::CertificateFragment => format!("https://{host}/{file}.pem#top"),
            Self::CertificateNotPem => format!("https://{host}/{file}.txt"),
            Self::CertificateUnknown => envelope::certificate_url(topic, &"0".repeat(32)),
            _ => return None,
        })
    }

    /// Returns the topic that the message claims, if it is not the right one.
    fn claimed_topic(self, topic: &Topic) -> Option<Topic> {
        let mut other = topic.clone();
        match self {
            Self::OtherTopic => return Some(named(topic, OTHER_TOPIC)),
            Self::OtherAccount | Self::ForeignConfirmation => return Some(foreign(topic)),
            Self::OtherRegion => "eu-west-3".clone_into(&mut other.region),
            Self::OtherPartition => "aws-cn".clone_into(&mut other.partition),
            _ => return None,
        }
        Some(other)
    }

    /// Returns the base of the confirmation URL and the topic in it.
    fn subscribe_address(self, topic: &Topic) -> Option<(String, Topic)> {
        let host = topic.host();
        let right = format!("https://{host}/");
        Some(match self {
            Self::ForeignConfirmation | Self::SubscribeUrlOtherTopic => (right, foreign(topic)),
            Self::SubscribeUrlOtherHost => (format!("https://{host}.evil.example/"), topic.clone()),
            Self::SubscribeUrlOverHttp => (format!("http://{host}/"), topic.clone()),
            _ => return None,
        })
    }
}

/// Returns the topic of the same name in a foreign account.
fn foreign(topic: &Topic) -> Topic {
    Topic {
        account: OTHER_ACCOUNT.to_owned(),
        ..topic.clone()
    }
}

fn named(topic: &Topic, name: &str) -> Topic {
    Topic {
        name: name.to_owned(),
        ..topic.clone()
    }
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Value) {
    fields.entry(name).or_insert(value);
}

fn head(custom: &mut CustomMessage, name: &str, value: Option<&str>) {
    if let btree_map::Entry::Vacant(free) = custom.headers.entry(name.to_owned()) {
        free.insert(value.map(str::to_owned));
    }
}

fn signed_at(custom: &mut CustomMessage, at: Option<Timestamp>) {
    if let Some(at) = at {
        put(&mut custom.envelope, "Timestamp", json!(envelope::time(at)));
    }
}
