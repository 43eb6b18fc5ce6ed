//! The JSON bodies of the control API, as both its ends use them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Purchase, TransactionId};
use crate::delivery::DeliveryRecord;

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// The purchase after it; where another one takes its place, that one.
    pub purchase: Purchase,
    /// The notifications that were handed to the delivery, in order.
    pub pushes: Vec<SentPush>,
    /// The account's clock after it.
    pub now: Timestamp,
}

/// A notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentPush {
    /// Its `x-Roku-message-key`.
    pub message_key: String,
    /// Its `transactionType`; of hand-made ones `raw`, `text`, `body`, or the type of the message.
    pub kind: String,
}

/// Which notifications to send again: of at most 14 days within the last 90, by the account's
/// clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Replay {
    /// From when on; 14 days before the end, if not given.
    pub from: Option<Timestamp>,
    /// Until when; now, if not given.
    pub to: Option<Timestamp>,
    /// Only those of the purchase that this transaction belongs to.
    pub transaction_id: Option<TransactionId>,
    /// Under new message keys.
    pub new_keys: bool,
    /// The newest ones first.
    pub newest_first: bool,
}

/// Whether the keys that signed before stay published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// They do.
    pub keep_old: bool,
    /// The keys of the test stream, not those of production.
    #[serde(default)]
    pub test: bool,
}

/// The key that signs from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentKey {
    /// Its id.
    pub kid: String,
}

/// What happened between the store and the account's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Validations of transactions and refunds.
    pub look_ups: LookUps,
    /// How often the production keys were fetched, by anyone, since the account is registered.
    pub jwks: u64,
    /// How often the test keys were.
    pub test_jwks: u64,
    /// How often the forger's keys were; nobody should.
    pub forged_jwks: u64,
    /// The store's notifications: one entry a copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
    /// Those of the test stream.
    pub test_deliveries: Vec<DeliveryRecord>,
}

/// How often purchases were looked up, by the account's key or about its transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// All look-ups, the refused ones too.
    pub total: u64,
    /// By the id that was asked for, known or not.
    pub by_transaction: BTreeMap<TransactionId, u64>,
    /// By the first transaction of the purchase that it belongs to.
    pub by_purchase: BTreeMap<TransactionId, u64>,
    /// `validateTransaction`, `validateRefund`.
    pub by_call: BTreeMap<String, u64>,
    /// By what came of it: an HTTP status, the message of a failure, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
    /// The most that came within one second.
    pub greatest_per_second: usize,
}
