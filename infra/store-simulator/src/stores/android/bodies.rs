//! JSON bodies of the control API, shared by client and server.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::{OneTimePurchase, Purchase, PurchaseToken};
use crate::delivery::DeliveryRecord;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// Purchase after the action; if another purchase replaces it, that one.
    pub purchase: Purchase,
    /// Notifications that were handed to the delivery, in order.
    pub pushes: Vec<SentPush>,
    /// The app's clock after the action.
    pub now: Timestamp,
}

/// Result of an action on a one-time purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OneTimeSold {
    /// Purchase after the action.
    pub purchase: OneTimePurchase,
    /// Notifications that were handed to the delivery, in order.
    pub pushes: Vec<SentPush>,
    /// The app's clock after the action.
    pub now: Timestamp,
}

/// Notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentPush {
    /// Message id.
    pub message_id: String,
    /// `notificationType` (with the prefix `oneTime` for one-time purchases), or `voided`, `test`,
    /// `raw`.
    pub kind: String,
}

/// Signer of the token of a push.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// The key that signs all pushes.
    #[default]
    CurrentKey,
    /// A key that is not published, under its own id.
    UnknownKey,
    /// A key that is not published, under the id of the current one.
    WrongKey,
    /// No signature: the token's header says `none`.
    AlgNone,
    /// No token at all.
    None,
}

/// Push that no action causes. Its content is determined by the first of `body`, `raw`, `voided`,
/// `test` and `notification_type` that is given.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomPush {
    /// Number of a subscription notification, which the store need not know.
    pub notification_type: Option<u32>,
    /// Purchase that the push is about, known or not.
    pub purchase_token: Option<PurchaseToken>,
    /// `voidedPurchaseNotification`.
    pub voided: Option<Value>,
    /// Sends a `testNotification`.
    pub test: bool,
    /// Whole `DeveloperNotification`.
    pub raw: Option<Value>,
    /// Whole body instead of an envelope, JSON or not.
    pub body: Option<String>,
    /// Message id. Generated if not given.
    pub message_id: Option<String>,
    /// Replaced claims of the token; `null` removes one.
    pub claims: Map<String, Value>,
    /// Signer of the token.
    pub sign_with: SignWith,
}

// By hand: what it carries names purchases.
impl std::fmt::Debug for CustomPush {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CustomPush")
            .field("notification_type", &self.notification_type)
            .field("claims", &self.claims)
            .field("sign_with", &self.sign_with)
            .finish_non_exhaustive()
    }
}

impl CustomPush {
    /// Creates a subscription notification with this number.
    #[must_use]
    pub fn of_type(number: u32, token: impl Into<PurchaseToken>) -> Self {
        Self {
            notification_type: Some(number),
            purchase_token: Some(token.into()),
            ..Self::default()
        }
    }

    /// Creates the notification that the console's test button sends.
    #[must_use]
    pub fn test() -> Self {
        Self {
            test: true,
            ..Self::default()
        }
    }

    /// Creates a push of this `DeveloperNotification`.
    #[must_use]
    pub fn raw(notification: Value) -> Self {
        Self {
            raw: Some(notification),
            ..Self::default()
        }
    }

    /// Replaces a claim of the token; `null` removes it.
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: Value) -> Self {
        self.claims.insert(name.into(), value);
        self
    }

    /// Signs the token with another key or not at all.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }
}

/// Rotation of the push keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// Whether the previous keys stay published.
    pub keep_old: bool,
}

/// Key that signs from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentKey {
    /// Key id.
    pub kid: String,
}

/// Traffic between the store and the developer's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Look-ups of purchases.
    pub gets: Gets,
    /// Accepted acknowledgements by token, including repeated ones.
    pub acknowledges: BTreeMap<PurchaseToken, u64>,
    /// Number of granted access tokens.
    pub grants: u64,
    /// Number of access tokens that were refused to this app's account.
    pub refused_grants: u64,
    /// Number of times that the push tokens' keys were fetched, by anyone, since the app was
    /// registered.
    pub certs: u64,
    /// Number of reads of the list of voided purchases.
    pub voided_lists: u64,
    /// Pushes of the store: one entry per copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
}

/// Numbers of purchase look-ups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gets {
    /// All look-ups, including refused ones.
    pub total: u64,
    /// Look-ups by the requested token, known or not.
    pub by_token: BTreeMap<PurchaseToken, u64>,
    /// Look-ups by result: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
