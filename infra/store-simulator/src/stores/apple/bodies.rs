//! JSON bodies of the control API, shared by client and server.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Environment, Purchase};
use crate::delivery::DeliveryRecord;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// Purchase after the action; if the action creates another purchase, that one.
    pub purchase: Purchase,
    /// Notifications that were handed to the delivery, in order.
    pub notifications: Vec<SentNotification>,
    /// The app's clock after the action.
    pub now: Timestamp,
}

/// Notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentNotification {
    /// `notificationUUID`.
    pub notification_uuid: String,
    /// Type, or type and subtype: `DID_RENEW/BILLING_RECOVERY`.
    pub kind: String,
}

/// Root certificate of all signatures of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RootCertificate {
    /// Certificate in DER, as Base64.
    pub der: String,
    /// SHA-256 of the certificate in hexadecimal digits.
    pub sha256: String,
}

impl RootCertificate {
    /// Returns the certificate in DER; empty if it is not Base64.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.der).unwrap_or_default()
    }
}

/// Credentials of a developer's server for its calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// `iss` of the tokens.
    pub issuer_id: String,
    /// `kid` of the tokens.
    pub key_id: String,
    /// Private key, PKCS#8 in PEM.
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

/// Rotation of the API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// Whether the previous keys stay valid.
    pub keep_old: bool,
}

/// Signed transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedTransaction {
    /// JWS of the transaction.
    pub signed_transaction_info: String,
}

/// Call of the store's API.
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

/// Rule that refuses calls with one of the store's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiRefusal {
    /// Error code, such as 4040004; 401 is the status alone.
    pub code: u64,
    /// Restricts the rule to this call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<ApiCall>,
    /// Restricts the rule to this environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Maximum number of refusals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Distance from now, in seconds, of the instant in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

impl ApiRefusal {
    /// Creates a rule that refuses every call from now on.
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

    /// Restricts the rule to this call.
    #[must_use]
    pub fn of_call(mut self, call: ApiCall) -> Self {
        self.call = Some(call);
        self
    }

    /// Restricts the rule to this environment.
    #[must_use]
    pub fn in_environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Limits the number of refusals.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// Traffic between the store and the developer's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Look-ups by `originalTransactionId`, or by the requested id if it belongs to no purchase.
    pub look_ups: BTreeMap<String, LookUps>,
    /// Number of reads of the notification history.
    pub notification_histories: u64,
    /// Number of requests for a test notification.
    pub test_notifications: u64,
    /// Number of requests for the result of a test notification.
    pub test_statuses: u64,
    /// All calls, by environment.
    pub by_environment: BTreeMap<Environment, u64>,
    /// All calls, by result: 200, 401, the code of a refusal, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
    /// Notifications of the store: one entry per copy, in the order of sending, those of production
    /// first.
    pub deliveries: Vec<DeliveryRecord>,
}

/// Numbers of look-ups of one purchase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// Look-ups of one transaction.
    pub transactions: u64,
    /// Look-ups of the statuses of the customer's subscriptions.
    pub statuses: u64,
    /// Look-ups of the customer's history, counted by pages.
    pub history: u64,
}

impl LookUps {
    /// Returns the sum of all look-ups.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.transactions + self.statuses + self.history
    }
}
