//! How an app is registered with the store, and how its notifications are sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    model::{EmptyRelated, Product, Rules},
    topic::Topic,
};
use crate::tenant::Registration;

/// An app's registration, and a few switches of the stand-in itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// The developer account's; apps that have the same one belong together.
    pub shared_secret: String,
    /// What is for sale.
    pub products: Vec<Product>,
    /// Where notifications are sent; without it they are made, but not sent.
    pub notification_url: Option<String>,
    /// A `Host` header for them, where the address alone does not say which API is meant.
    pub notification_host: Option<String>,
    /// The topic; its region and partition make the hosts in messages, and the name in the
    /// certificate.
    pub topic_arn: String,
    /// `1` for SHA-1 or `2` for SHA-256.
    pub signature_version: String,
    /// Send bare messages, without an envelope and a signature.
    pub raw_delivery: bool,
    /// Of every notification.
    pub subject: Option<String>,
    /// How messages say that no other receipt is concerned.
    pub empty_related: EmptyRelated,
    /// Which clock the envelope shows.
    pub envelope_time: EnvelopeTime,
    /// Send nothing but confirmations to an address that is not confirmed; the one that was
    /// confirmed before keeps receiving.
    pub require_confirmation: bool,
    /// How often a notification is tried at most.
    pub delivery_attempts: u32,
    /// How long each further attempt waits, in milliseconds.
    pub backoff_millis: u64,
    /// An answer that takes longer than this, in milliseconds, is none.
    pub answer_millis: u64,
    /// Length of a grace period in seconds.
    pub grace_seconds: u64,
    /// Without auto-renewal, `cancelDate` shows the coming end; otherwise it is null until then.
    pub cancel_date_when_off: bool,
    /// `cancelReason` of a subscription that ended because auto-renewal was off.
    pub lapse_reason: Option<u8>,
    /// How slashes in ids stand in the path of a look-up.
    pub slashes: Slashes,
    /// The body of a look-up that fails; without it there is none.
    pub error_body: Option<String>,
    /// What is answered to those who ask for a certificate.
    pub certificate_answer: CertificateAnswer,
    /// Sets the clock. Without it the clock of a new app shows the real time, that of a known one
    /// is left alone.
    pub clock_start: Option<Timestamp>,
    /// The clock moves only when it is told to.
    pub clock_frozen: bool,
}

/// Which clock the time of an envelope is taken from. The time in the message is always the
/// store's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EnvelopeTime {
    /// The real one.
    #[default]
    Real,
    /// The app's, as the message.
    Store,
}

/// How slashes in ids stand in a path. Look-ups that do it otherwise get 400.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Slashes {
    /// As `%2F`.
    #[default]
    Encoded,
    /// As they are.
    Raw,
    /// One way or the other.
    Both,
}

/// What those get who ask for a certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CertificateAnswer {
    /// The certificate.
    #[default]
    Good,
    /// 404.
    Missing,
    /// 500.
    Fails,
    /// 200 with something else.
    Garbage,
    /// 200 with the certificate and more than 64 KiB behind it.
    TooLarge,
    /// 302 to where the certificate is.
    Redirects,
    /// Nothing; the connection stays open.
    Hangs,
}

impl Default for Configuration {
    fn default() -> Self {
        let rules = Rules::default();
        Self {
            shared_secret: "2:simulated-shared-secret:4w==".to_owned(),
            products: Vec::new(),
            notification_url: None,
            notification_host: None,
            topic_arn: "arn:aws:sns:us-east-1:000011112222:AB12C".to_owned(),
            signature_version: "1".to_owned(),
            raw_delivery: false,
            subject: None,
            empty_related: EmptyRelated::default(),
            envelope_time: EnvelopeTime::default(),
            require_confirmation: false,
            delivery_attempts: 4,
            backoff_millis: 100,
            answer_millis: 15_000,
            grace_seconds: rules.grace_seconds,
            cancel_date_when_off: rules.cancel_date_when_off,
            lapse_reason: rules.lapse_reason,
            slashes: Slashes::default(),
            error_body: None,
            certificate_answer: CertificateAnswer::default(),
            clock_start: None,
            clock_frozen: false,
        }
    }
}

// By hand: the shared secret opens every receipt of the account.
impl std::fmt::Debug for Configuration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Configuration")
            .field("products", &self.products)
            .field("notification_url", &self.notification_url)
            .field("topic_arn", &self.topic_arn)
            .field("signature_version", &self.signature_version)
            .finish_non_exhaustive()
    }
}

impl Configuration {
    pub(super) fn topic(&self) -> Option<Topic> {
        Topic::parse(&self.topic_arn)
    }

    pub(super) fn rules(&self) -> Rules {
        Rules {
            grace_seconds: self.grace_seconds,
            cancel_date_when_off: self.cancel_date_when_off,
            lapse_reason: self.lapse_reason,
        }
    }
}

impl Registration for Configuration {
    fn check(&self) -> Result<(), String> {
        if self.shared_secret.is_empty() {
            return Err("sharedSecret: must not be empty".to_owned());
        }
        if let Some(address) = &self.notification_url {
            url::Url::parse(address).map_err(|error| format!("notificationUrl: {error}"))?;
        }
        self.topic().ok_or("topicArn: not the ARN of a topic")?;
        if !matches!(self.signature_version.as_str(), "1" | "2") {
            return Err("signatureVersion: must be 1 or 2".to_owned());
        }
        for product in &self.products {
            product.check().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn take_clock(&mut self) -> (Option<Timestamp>, bool) {
        (self.clock_start.take(), self.clock_frozen)
    }
}
