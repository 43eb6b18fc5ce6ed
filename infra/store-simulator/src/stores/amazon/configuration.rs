//! Registration of an app with the store, and the form of its notifications.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{model::Product, topic::Topic};
use crate::tenant::Registration;

/// Registration of an app, and switches of the simulator itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Shared secret of the developer account; apps with the same one belong together.
    pub shared_secret: String,
    /// Products for sale.
    pub products: Vec<Product>,
    /// Address of notifications. Without it they are created, but not sent.
    pub notification_url: Option<String>,
    /// `Host` header of notifications, where the address alone does not identify the API.
    pub notification_host: Option<String>,
    /// ARN of the topic; its region and partition determine the hosts in messages, and the name in
    /// the certificate.
    pub topic_arn: String,
    /// Signature version: `1` for SHA-1 or `2` for SHA-256.
    pub signature_version: String,
    /// Subject of every notification.
    pub subject: Option<String>,
    /// Sends only confirmations to an unconfirmed address; the address that was confirmed before
    /// keeps receiving.
    pub require_confirmation: bool,
    /// Maximum number of attempts per notification.
    pub delivery_attempts: u32,
    /// Delay before each further attempt, in milliseconds.
    pub backoff_millis: u64,
    /// Form of slashes in ids in the path of a look-up.
    pub slashes: Slashes,
    /// Time to set the clock to. Without it the clock of a new app shows the real time, and that of
    /// a known one is unchanged.
    pub clock_start: Option<Timestamp>,
    /// Whether the clock moves only on request.
    pub clock_frozen: bool,
}

/// Form of slashes in ids in a path. Look-ups that use another form get 400.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Slashes {
    /// Encoded as `%2F`.
    #[default]
    Encoded,
    /// Literal.
    Raw,
    /// Either form.
    Both,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            shared_secret: "2:simulated-shared-secret:4w==".to_owned(),
            products: Vec::new(),
            notification_url: None,
            notification_host: None,
            topic_arn: "arn:aws:sns:us-east-1:000011112222:AB12C".to_owned(),
            signature_version: "1".to_owned(),
            subject: None,
            require_confirmation: false,
            delivery_attempts: 4,
            backoff_millis: 100,
            slashes: Slashes::default(),
            clock_start: None,
            clock_frozen: false,
        }
    }
}

// By hand: the shared secret gives access to every receipt of the account.
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
