//! What can be wrong with a message. Unless it says otherwise, the rest of it is right, the
//! signature too.

use std::{collections::btree_map, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    certificate::CertificateKind,
    custom::{CustomMessage, MessageKind, SignWith},
    envelope,
    topic::Topic,
};

const THREE_HOURS: Duration = Duration::from_secs(3 * 3_600);

/// Something that is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Forgery {
    /// Another key has signed it.
    WrongKey,
    /// The signature is not one.
    GarbledSignature,
    /// There is no signature.
    MissingSignature,
    /// Version 3.
    SignatureVersion3,
    /// The message was changed after it was signed.
    TamperedMessage,
    /// A subject was added after it was signed.
    AddedSubject,
    /// Another topic of the same account.
    OtherTopic,
    /// The same topic of another account.
    OtherAccount,
    /// A topic in another region than the certificate's host.
    OtherRegion,
    /// A topic in another partition.
    OtherPartition,
    /// The certificate's address begins with `http:`.
    CertificateOverHttp,
    /// The certificate is at another host.
    CertificateOtherHost,
    /// The right host is only the beginning of another one.
    CertificateHostSuffix,
    /// The right host is only the end of another one.
    CertificateHostPrefix,
    /// The certificate is in a bucket of the region.
    CertificateBucketHost,
    /// The right host is only the user's name.
    CertificateUserinfo,
    /// The certificate's address has a port.
    CertificatePort,
    /// The certificate's address has a query.
    CertificateQuery,
    /// The certificate's address has a fragment.
    CertificateFragment,
    /// The certificate's address does not end in `.pem`.
    CertificateNotPem,
    /// Nothing is at the certificate's address.
    CertificateUnknown,
    /// It does not say where the certificate is.
    CertificateMissing,
    /// The certificate is no longer valid.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate is made out to somebody else.
    CertificateOfAnotherName,
    /// The certificate is of an authority that nobody trusts.
    CertificateOfAnotherIssuer,
    /// The type in the header is another one than in the body.
    HeaderTypeDiffers,
    /// The topic in the header is another one than in the body.
    HeaderTopicDiffers,
    /// There are no headers of the service's.
    HeaderMissing,
    /// Bare, without a signature.
    RawDelivery,
    /// The message is about another app.
    OtherPackage,
    /// Signed three hours ago.
    OldTimestamp,
    /// Signed in three hours.
    FutureTimestamp,
    /// Asks to confirm a topic of somebody else's.
    ForeignConfirmation,
    /// The address for confirming is at another host.
    SubscribeUrlOtherHost,
    /// The address for confirming begins with `http:`.
    SubscribeUrlOverHttp,
    /// The address for confirming is that of another topic.
    SubscribeUrlOtherTopic,
    /// The body is not JSON.
    NotJson,
    /// The type is one that nobody knows.
    TypeUnknown,
}

impl Forgery {
    /// All of them.
    pub const ALL: [Self; 39] = [
        Self::WrongKey,
        Self::GarbledSignature,
        Self::MissingSignature,
        Self::SignatureVersion3,
        Self::TamperedMessage,
        Self::AddedSubject,
        Self::OtherTopic,
        Self::OtherAccount,
        Self::OtherRegion,
        Self::OtherPartition,
        Self::CertificateOverHttp,
        Self::CertificateOtherHost,
        Self::CertificateHostSuffix,
        Self::CertificateHostPrefix,
        Self::CertificateBucketHost,
        Self::CertificateUserinfo,
        Self::CertificatePort,
        Self::CertificateQuery,
        Self::CertificateFragment,
        Self::CertificateNotPem,
        Self::CertificateUnknown,
        Self::CertificateMissing,
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::CertificateOfAnotherName,
        Self::CertificateOfAnotherIssuer,
        Self::HeaderTypeDiffers,
        Self::HeaderTopicDiffers,
        Self::HeaderMissing,
        Self::RawDelivery,
        Self::OtherPackage,
        Self::OldTimestamp,
        Self::FutureTimestamp,
        Self::ForeignConfirmation,
        Self::SubscribeUrlOtherHost,
        Self::SubscribeUrlOverHttp,
        Self::SubscribeUrlOtherTopic,
        Self::NotJson,
        Self::TypeUnknown,
    ];

    /// Adds it to what was asked for, which goes before it. `now` is what envelopes show.
    pub(super) fn apply(
        self,
        custom: &mut CustomMessage,
        topic: &Topic,
        certificate_id: &str,
        now: Timestamp,
    ) {
        let host = topic.host();
        let file = format!("SimpleNotificationService-{certificate_id}.pem");
        let mut at = |address: String| {
            put(&mut custom.envelope, "SigningCertURL", json!(address));
        };
        match self {
            Self::CertificateOverHttp => return at(format!("http://{host}/{file}")),
            Self::CertificateOtherHost => return at(format!("https://certs.evil.example/{file}")),
            Self::CertificateHostSuffix => {
                return at(format!("https://{host}.evil.example/{file}"));
            }
            Self::CertificateHostPrefix => return at(format!("https://evil-{host}/{file}")),
            Self::CertificateBucketHost => {
                let region = &topic.region;
                return at(format!("https://sns-{region}.s3.amazonaws.com/{file}"));
            }
            Self::CertificateUserinfo => {
                return at(format!("https://{host}@certs.evil.example/{file}"));
            }
            Self::CertificatePort => return at(format!("https://{host}:8443/{file}")),
            Self::CertificateQuery => return at(format!("https://{host}/{file}?version=2")),
            Self::CertificateFragment => return at(format!("https://{host}/{file}#top")),
            Self::CertificateNotPem => {
                let file = file.replace(".pem", ".txt");
                return at(format!("https://{host}/{file}"));
            }
            Self::CertificateUnknown => {
                let nothing = "0".repeat(32);
                return at(format!(
                    "https://{host}/SimpleNotificationService-{nothing}.pem"
                ));
            }
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
            Self::TamperedMessage => {}
            Self::AddedSubject => put(&mut custom.tampered, "Subject", json!("Hello")),
            Self::OtherTopic => claim(custom, |topic| topic.name = "ZZ99Z".to_owned(), topic),
            Self::OtherAccount => {
                put(
                    &mut custom.envelope,
                    "TopicArn",
                    json!(foreign(topic).arn()),
                );
            }
            Self::OtherRegion => {
                claim(custom, |topic| topic.region = "eu-west-3".to_owned(), topic);
            }
            Self::OtherPartition => {
                claim(custom, |topic| topic.partition = "aws-cn".to_owned(), topic);
            }
            Self::HeaderTypeDiffers => {
                let other = match custom.kind {
                    MessageKind::Notification => MessageKind::SubscriptionConfirmation,
                    _ => MessageKind::Notification,
                };
                head(custom, envelope::TYPE_HEADER, Some(other.as_str()));
            }
            Self::HeaderTopicDiffers => {
                let other = Topic {
                    name: "ZZ99Z".to_owned(),
                    ..topic.clone()
                };
                head(custom, envelope::TOPIC_HEADER, Some(&other.arn()));
            }
            Self::HeaderMissing => {
                for name in envelope::HEADERS {
                    head(custom, name, None);
                }
            }
            Self::RawDelivery => custom.raw_delivery = true,
            Self::OtherPackage => {
                put(
                    &mut custom.fields,
                    "appPackageName",
                    json!("com.example.foreign"),
                );
            }
            Self::OldTimestamp => signed_at(custom, now.checked_sub(THREE_HOURS)),
            Self::FutureTimestamp => signed_at(custom, now.checked_add(THREE_HOURS)),
            Self::ForeignConfirmation => {
                let foreign = foreign(topic);
                confirm_at(custom, &format!("https://{host}/"), &foreign);
                put(&mut custom.envelope, "TopicArn", json!(foreign.arn()));
            }
            Self::SubscribeUrlOtherHost => {
                confirm_at(custom, &format!("https://{host}.evil.example/"), topic);
            }
            Self::SubscribeUrlOverHttp => confirm_at(custom, &format!("http://{host}/"), topic),
            Self::SubscribeUrlOtherTopic => {
                confirm_at(custom, &format!("https://{host}/"), &foreign(topic));
            }
            Self::NotJson => {
                custom.body.get_or_insert("{not json".to_owned());
            }
            Self::TypeUnknown => put(&mut custom.envelope, "Type", json!("Announcement")),
        }
    }

    /// What is changed once it is signed, and means the same.
    pub(super) fn change_signed(self, fields: &mut Map<String, Value>) {
        let message = fields.get_mut("Message");
        if let (Self::TamperedMessage, Some(Value::String(message))) = (self, message) {
            message.push(' ');
        }
    }
}

/// The topic of the same name in somebody else's account.
fn foreign(topic: &Topic) -> Topic {
    Topic {
        account: "999988887777".to_owned(),
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

/// The message says that it is of a topic that differs from the right one.
fn claim(custom: &mut CustomMessage, change: impl FnOnce(&mut Topic), topic: &Topic) {
    let mut other = topic.clone();
    change(&mut other);
    put(&mut custom.envelope, "TopicArn", json!(other.arn()));
}

fn signed_at(custom: &mut CustomMessage, at: Result<Timestamp, jiff::Error>) {
    if let Ok(at) = at {
        put(&mut custom.envelope, "Timestamp", json!(envelope::time(at)));
    }
}

/// A confirmation whose address begins with `base` and is that of `topic`.
fn confirm_at(custom: &mut CustomMessage, base: &str, topic: &Topic) {
    custom.kind = MessageKind::SubscriptionConfirmation;
    let token = envelope::new_token();
    let address = envelope::subscribe_url(base, &topic.arn(), &token);
    put(&mut custom.envelope, "Token", json!(token));
    put(&mut custom.envelope, "SubscribeURL", json!(address));
}
