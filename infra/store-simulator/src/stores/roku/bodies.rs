//! JSON bodies of the control API, shared by client and server.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Purchase, TransactionId};
use crate::delivery::DeliveryRecord;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// Purchase after the action; if another purchase replaces it, that one.
    pub purchase: Purchase,
    /// Notifications that were handed to the delivery, in order.
    pub pushes: Vec<SentPush>,
    /// The account's clock after the action.
    pub now: Timestamp,
}

/// Notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentPush {
    /// `x-Roku-message-key`.
    pub message_key: String,
    /// `transactionType`; of custom notifications `raw`, `text`, `body`, or the type of the
    /// message.
    pub kind: String,
}

/// Notifications to send again: of at most 14 days within the last 90, by the account's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Replay {
    /// Start of the range. Defaults to 14 days before the end.
    pub from: Option<Timestamp>,
    /// End of the range. Defaults to now.
    pub to: Option<Timestamp>,
    /// Restricts the replay to the purchase that this transaction belongs to.
    pub transaction_id: Option<TransactionId>,
    /// Uses new message keys.
    pub new_keys: bool,
    /// Sends the newest notifications first.
    pub newest_first: bool,
}

/// Rotation of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// Whether the previous keys stay published.
    pub keep_old: bool,
    /// Rotates the keys of the test stream instead of those of production.
    #[serde(default)]
    pub test: bool,
}

/// Key that signs from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentKey {
    /// Key id.
    pub kid: String,
}

/// Traffic between the store and the account's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Validations of transactions and refunds.
    pub look_ups: LookUps,
    /// Number of times that the production keys were fetched, by anyone, since the account was
    /// registered.
    pub jwks: u64,
    /// Number of times that the test keys were fetched.
    pub test_jwks: u64,
    /// Number of times that the forger's keys were fetched; a correct receiver never does.
    pub forged_jwks: u64,
    /// Notifications of the store: one entry per copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
    /// Notifications of the test stream.
    pub test_deliveries: Vec<DeliveryRecord>,
}

/// Numbers of look-ups, by the account's key or about its transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// All look-ups, including refused ones.
    pub total: u64,
    /// Look-ups by the requested id, known or not.
    pub by_transaction: BTreeMap<TransactionId, u64>,
    /// Look-ups by the first transaction of the purchase.
    pub by_purchase: BTreeMap<TransactionId, u64>,
    /// Look-ups by call: `validateTransaction`, `validateRefund`.
    pub by_call: BTreeMap<String, u64>,
    /// Look-ups by result: an HTTP status, the message of a failure, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
    /// Greatest number of look-ups within one second.
    pub greatest_per_second: usize,
}
