//! JSON bodies of the control API, shared by client and server.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Receipt, ReceiptId};
use crate::delivery::DeliveryRecord;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// Receipt after the action; if the action creates another receipt, that one.
    pub receipt: Receipt,
    /// Messages that were handed to the delivery, in order.
    pub messages: Vec<SentMessage>,
    /// The app's clock after the action.
    pub now: Timestamp,
}

/// Message that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentMessage {
    /// Message id.
    pub message_id: String,
    /// `notificationType`; of a confirmation the envelope's `Type`; otherwise `custom`.
    pub kind: String,
}

/// Subscription of the notification address to the topic.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Whether the current address is confirmed, and not unsubscribed since.
    pub confirmed: bool,
    /// Address that was confirmed last.
    pub confirmed_url: Option<String>,
    /// Token of the last confirmation that was sent.
    pub token: Option<String>,
    /// ARN of the subscription.
    pub subscription_arn: String,
    /// Number of visits to confirmation URLs, whatever their outcome.
    pub confirmation_visits: u64,
    /// Number of visits to unsubscribe URLs.
    pub unsubscribe_visits: u64,
}

// By hand: anyone who has the token can confirm.
impl std::fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Endpoint")
            .field("confirmed", &self.confirmed)
            .field("confirmed_url", &self.confirmed_url)
            .field("confirmation_visits", &self.confirmation_visits)
            .field("unsubscribe_visits", &self.unsubscribe_visits)
            .finish_non_exhaustive()
    }
}

/// Token of a confirmation, as an operator enters it in the store's console.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EnteredToken {
    pub(super) token: String,
}

/// Certificate of the topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedCertificate {
    /// URL of the certificate in messages.
    pub signing_cert_url: String,
    /// Certificate in PEM.
    pub pem: String,
    /// Certificate of the invented authority that issued it.
    pub issuer_pem: String,
}

/// Whether the new certificate is published at the URL of the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Rotation {
    pub(super) same_address: bool,
}

/// Traffic between the store and the developer's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Look-ups of receipts.
    pub look_ups: LookUps,
    /// Number of times that one of the app's certificates was fetched.
    pub certificates: u64,
    /// Number of visits to confirmation URLs, whatever their outcome.
    pub confirmations: u64,
    /// Number of visits to unsubscribe URLs.
    pub unsubscribes: u64,
    /// Messages of the store: one entry per copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
}

/// Numbers of receipt look-ups. A look-up is counted at the app that has the receipt, or else at
/// the first one with that shared secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// All look-ups, including refused ones.
    pub total: u64,
    /// Look-ups at the production service.
    pub production: u64,
    /// Look-ups at the sandbox.
    pub sandbox: u64,
    /// Look-ups by the requested receipt, known or not.
    pub by_receipt: BTreeMap<ReceiptId, u64>,
    /// Look-ups by result: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
