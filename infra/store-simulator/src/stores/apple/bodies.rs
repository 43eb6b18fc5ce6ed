//! The JSON bodies of the control API, as both its ends use them.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Environment, Purchase};
use crate::delivery::DeliveryRecord;

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// The purchase after it; where another one comes of it, that one.
    pub purchase: Purchase,
    /// The notifications that were handed to the delivery, in order.
    pub notifications: Vec<SentNotification>,
    /// The app's clock after it.
    pub now: Timestamp,
}

/// A notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentNotification {
    /// Its `notificationUUID`.
    pub notification_uuid: String,
    /// Its type, or type and subtype: `DID_RENEW/BILLING_RECOVERY`.
    pub kind: String,
}

/// The root of all signatures of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RootCertificate {
    /// The certificate in DER, as base64.
    pub der: String,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl RootCertificate {
    /// The certificate in DER; empty if it is not base64.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.der).unwrap_or_default()
    }
}

/// What a developer's server needs for its calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// `iss` of the tokens.
    pub issuer_id: String,
    /// `kid` of the tokens.
    pub key_id: String,
    /// The private key, PKCS#8 in PEM.
    pub private_key: String,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ApiKey")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Whether the keys that were good before stay so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// They do.
    pub keep_old: bool,
}

/// One signed transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedTransaction {
    /// The JWS.
    pub signed_transaction_info: String,
}

/// A call of the store's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApiCall {
    /// `GET v1/transactions/{transactionId}`.
    Transaction,
    /// `GET v1/subscriptions/{anyTransactionId}`.
    Statuses,
    /// `GET v2/history/{anyTransactionId}`.
    History,
    /// `POST v1/notifications/history`.
    NotificationHistory,
    /// `POST v1/notifications/test`.
    TestNotification,
    /// `GET v1/notifications/test/{testNotificationToken}`.
    TestStatus,
}

/// Calls that are refused with one of the store's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiRefusal {
    /// Such as 4040004; 401 is the status alone.
    pub code: u64,
    /// Only this call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<ApiCall>,
    /// Only there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// At most this often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// `Retry-After` names the moment that is so many seconds away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

impl ApiRefusal {
    /// Every call, from now on.
    #[must_use]
    pub fn with(code: u64) -> Self {
        Self {
            code,
            call: None,
            environment: None,
            times: None,
            retry_after_seconds: None,
        }
    }

    /// Only this call.
    #[must_use]
    pub fn of_call(mut self, call: ApiCall) -> Self {
        self.call = Some(call);
        self
    }

    /// Only there.
    #[must_use]
    pub fn in_environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// At most this often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// What happened between the store and the developer's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Look-ups by the `originalTransactionId`, or by what was asked for if nothing has that id.
    pub look_ups: BTreeMap<String, LookUps>,
    /// How often the history of notifications was read.
    pub notification_histories: u64,
    /// How often a test notification was asked for.
    pub test_notifications: u64,
    /// How often it was asked what became of one.
    pub test_statuses: u64,
    /// All calls, by where they went.
    pub by_environment: BTreeMap<Environment, u64>,
    /// All calls, by what came of them: 200, 401, the code of a refusal, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
    /// The store's notifications: one entry a copy, in the order of sending, those of production
    /// first.
    pub deliveries: Vec<DeliveryRecord>,
}

/// How often one purchase was looked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// One transaction.
    pub transactions: u64,
    /// The statuses of the customer's subscriptions.
    pub statuses: u64,
    /// The customer's history, by pages.
    pub history: u64,
}

impl LookUps {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.transactions + self.statuses + self.history
    }
}
