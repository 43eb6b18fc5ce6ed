//! The JSON bodies of the control API, as both its ends use them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Receipt, ReceiptId};
use crate::delivery::DeliveryRecord;

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// The receipt after it; where another one follows it, that one.
    pub receipt: Receipt,
    /// The messages that were handed to the delivery, in order.
    pub messages: Vec<SentMessage>,
    /// The app's clock after it.
    pub now: Timestamp,
}

/// A message that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentMessage {
    /// Its message id.
    pub message_id: String,
    /// Its `notificationType`; of a confirmation the envelope's `Type`; otherwise `custom`.
    pub kind: String,
}

/// How the topic stands to the address for notifications.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The present address is confirmed, and not unsubscribed since.
    pub confirmed: bool,
    /// The address that was confirmed last.
    pub confirmed_url: Option<String>,
    /// The token of the last confirmation that was asked for.
    pub token: Option<String>,
    /// Names the subscription.
    pub subscription_arn: String,
    /// How often addresses for confirming were visited, with whatever outcome.
    pub confirmation_visits: u64,
    /// How often addresses for unsubscribing were visited.
    pub unsubscribe_visits: u64,
}

// By hand: whoever has the token can confirm.
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

/// The token of a confirmation, as an operator enters it in the store's console.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EnteredToken {
    pub(super) token: String,
}

/// The certificate of the topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedCertificate {
    /// Where messages say that it is.
    pub signing_cert_url: String,
    /// It.
    pub pem: String,
    /// The certificate of the made-up authority that issued it.
    pub issuer_pem: String,
}

/// Whether the new certificate takes over the address of the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Rotation {
    pub(super) same_address: bool,
}

/// What happened between the store and the developer's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Look-ups of receipts.
    pub look_ups: LookUps,
    /// How often one of the app's certificates was fetched.
    pub certificates: u64,
    /// How often addresses for confirming were visited, with whatever outcome.
    pub confirmations: u64,
    /// How often addresses for unsubscribing were visited.
    pub unsubscribes: u64,
    /// The store's messages: one entry a copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
}

/// How often receipts were looked up. A look-up is counted at the app that has the receipt, else at
/// the first one with that shared secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// All look-ups, the refused ones too.
    pub total: u64,
    /// Those of the production service.
    pub production: u64,
    /// Those of the sandbox.
    pub sandbox: u64,
    /// By the receipt that was asked for, known or not.
    pub by_receipt: BTreeMap<ReceiptId, u64>,
    /// By what came of it: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
